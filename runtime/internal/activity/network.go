package activity

import (
	"bytes"
	"encoding/hex"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// beyondProbes is how many connections more than there were probes count as work. A probe comes by a clock, so that one
// more or less is there at each look.
const beyondProbes = 3

// States of a socket (include/net/tcp_states.h).
const (
	established = "01"
	listening   = "0A"
)

// pair are the ends of a connection.
type pair struct{ local, remote netip.AddrPort }

// network sees connections of others to what listens in the pod.
//
// A probe cannot be told from a request by its address: what comes through a Service or the API server has that of the
// node too. But probes are short, and how many come is known.
type network struct {
	open    map[pair]bool
	began   time.Time
	opened  int64
	surplus float64
}

func (n *network) used(proc string, notOurs []int, probeEvery time.Duration, now time.Time) bool {
	open := connections(proc, notOurs)
	stays := false
	for one := range open {
		stays = stays || n.open[one]
	}
	n.open = open
	return n.more(proc, probeEvery, now) || stays
}

// more reports whether more connections came than probes.
func (n *network) more(proc string, probeEvery time.Duration, now time.Time) bool {
	opened, known := passiveOpens(proc)
	if !known {
		return false
	}
	if n.began.IsZero() {
		n.began, n.opened = now, opened
	}
	surplus := float64(opened - n.opened)
	if probeEvery > 0 {
		surplus -= float64(now.Sub(n.began)) / float64(probeEvery)
	}
	if surplus-n.surplus >= beyondProbes {
		n.surplus = surplus
		return true
	}
	// probes that did not come are no credit for requests to be overlooked
	n.surplus = min(n.surplus, surplus)
	return false
}

// connections are those to ports that are listened on, but not those that the environment's own user has to itself.
func connections(proc string, notOurs []int) map[pair]bool {
	var sockets []socket
	for _, name := range []string{"tcp", "tcp6"} {
		content, _ := os.ReadFile(filepath.Join(proc, "net", name))
		for line := range strings.Lines(string(content)) {
			if one, ok := parse(strings.Fields(line)); ok {
				sockets = append(sockets, one)
			}
		}
	}
	ports, own := map[uint16]bool{}, map[pair]bool{}
	self := strconv.Itoa(os.Getuid())
	for _, one := range sockets {
		if one.state == listening && !slices.Contains(notOurs, int(one.local.Port())) {
			ports[one.local.Port()] = true
		}
		if one.user == self {
			own[one.pair] = true
		}
	}
	open := map[pair]bool{}
	for _, one := range sockets {
		if one.state == established && ports[one.local.Port()] && !own[pair{one.remote, one.local}] {
			open[one.pair] = true
		}
	}
	return open
}

// socket is a line of /proc/net/tcp (proc_pid_net(5)).
type socket struct {
	pair
	state, user string
}

func parse(fields []string) (socket, bool) {
	if len(fields) < 8 {
		return socket{}, false
	}
	local, ok := address(fields[1])
	remote, also := address(fields[2])
	return socket{pair{local, remote}, fields[3], fields[7]}, ok && also
}

// address reads an address as the kernel writes it: words of four bytes, each in the order of the machine's bytes.
func address(text string) (netip.AddrPort, bool) {
	host, port, _ := strings.Cut(text, ":")
	raw, err := hex.DecodeString(host)
	if err != nil {
		return netip.AddrPort{}, false
	}
	number, err := strconv.ParseUint(port, 16, 16)
	if err != nil {
		return netip.AddrPort{}, false
	}
	if littleEndian {
		for word := range slices.Chunk(raw, 4) {
			slices.Reverse(word)
		}
	}
	ip, ok := netip.AddrFromSlice(raw)
	return netip.AddrPortFrom(ip.Unmap(), uint16(number)), ok
}

// passiveOpens is how many connections came so far (RFC 4022).
func passiveOpens(proc string) (int64, bool) {
	content, err := os.ReadFile(filepath.Join(proc, "net", "snmp"))
	if err != nil {
		return 0, false
	}
	var names [][]byte
	for line := range bytes.Lines(content) {
		fields := bytes.Fields(line)
		if len(fields) == 0 || string(fields[0]) != "Tcp:" {
			continue
		}
		if names == nil {
			names = fields
			continue
		}
		for i, name := range names {
			if string(name) == "PassiveOpens" && i < len(fields) {
				n, err := strconv.ParseInt(string(fields[i]), 10, 64)
				return n, err == nil
			}
		}
	}
	return 0, false
}
