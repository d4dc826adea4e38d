package activity

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godev.io/runtime/internal/cgroup"
)

// pod is one whose kernel the test is.
type pod struct {
	t *testing.T
	Eyes
	files     string
	sockets   []string
	debugging bool
	edited    time.Time
}

const (
	program  = 20
	shell    = 40
	terminal = "/pts/0"
)

// newPod returns one with a program that listens on port 8080, an open shell, and a debugger on port 40000.
func newPod(t *testing.T) *pod {
	p := &pod{t: t, files: t.TempDir()}
	p.Eyes = Eyes{
		Proc: p.files, Dev: p.files, CPU: cgroup.CPU(p.files), DebuggerPorts: []int{40000}, ProbeEvery: 2 * time.Second,
		Debugging: func() bool { return p.debugging }, Changed: func() time.Time { return p.edited },
	}
	p.process(os.Getpid(), 0, "S", "/godev/godevd", "run")
	p.process(program, os.Getpid(), "S", "/cache/bin/program")
	p.process(shell, 0, "S", "bash")
	p.socket("00000000:1F90", "00000000:0000", listening, os.Getuid())
	p.socket("0100007F:9C40", "00000000:0000", listening, os.Getuid())
	p.opened(100)
	p.cpu(time.Minute)
	write(t, p.files+terminal, "")
	p.typed(began)
	return p
}

func (p *pod) process(pid, parent int, state string, arguments ...string) {
	folder := filepath.Join(p.files, number(pid))
	write(p.t, filepath.Join(folder, "stat"), fmt.Sprintf("%d (a (b) c) %s %d 1 1 34816", pid, state, parent))
	write(p.t, filepath.Join(folder, "cmdline"), strings.Join(arguments, "\x00")+"\x00")
}

func (p *pod) read(pid int, bytes int) {
	write(p.t, filepath.Join(p.files, number(pid), "io"), fmt.Sprintf("rchar: %d\nwchar: 7\n", bytes))
}

func (p *pod) socket(local, remote, state string, user int) {
	p.sockets = append(p.sockets, fmt.Sprintf("   0: %s %s %s 00000000:00000000 00:00000000 00000000  %d        0 1", local, remote, state, user))
	write(p.t, filepath.Join(p.files, "net", "tcp"), "  sl  local_address rem_address   st\n"+strings.Join(p.sockets, "\n")+"\n")
}

func (p *pod) opened(connections int) {
	write(p.t, filepath.Join(p.files, "net", "snmp"), fmt.Sprintf(
		"Ip: Forwarding DefaultTTL\nIp: 1 64\nTcp: RtoAlgorithm ActiveOpens PassiveOpens\nTcp: 1 9 %d\n", connections))
}

func (p *pod) cpu(used time.Duration) {
	write(p.t, filepath.Join(p.files, "cpu.stat"), fmt.Sprintf("usage_usec %d\nuser_usec 1\n", used.Microseconds()))
}

func (p *pod) typed(at time.Time) {
	if err := os.Chtimes(p.files+terminal, at, began); err != nil {
		p.t.Fatal(err)
	}
}

func TestWhatIsWork(t *testing.T) {
	const other = 50
	tests := map[string]struct {
		before, after func(*pod)
		want          string
	}{
		"nothing, beside an open shell": {want: ""},
		"a go command that waits":       {after: func(p *pod) { p.process(other, shell, "S", "/usr/local/go/bin/go", "test", "./...") }, want: Command},
		"a test of one that is gone":    {after: func(p *pod) { p.process(other, 1, "S", "/tmp/go-build1/b001/shop.test", "-test.v") }, want: Command},
		"a build of the runtime's":      {after: func(p *pod) { p.process(other, os.Getpid(), "R", "go", "build") }, want: Build},
		"a go command that ended":       {after: func(p *pod) { p.process(other, shell, "Z", "go", "test") }, want: ""},
		"one that was stopped":          {after: func(p *pod) { p.process(other, shell, "T", "go", "test") }, want: ""},
		"an editor's language server":   {after: func(p *pod) { p.process(other, 0, "S", "gopls") }, want: ""},
		"a debugger in a terminal":      {after: func(p *pod) { p.process(other, shell, "S", "dlv", "debug") }, want: Debugger},
		"the runtime's debugger":        {after: func(p *pod) { p.process(other, os.Getpid(), "S", "/godev/dlv", "exec") }, want: ""},
		"somebody connected to it":      {after: func(p *pod) { p.debugging = true }, want: Debugger},
		"keys":                          {after: func(p *pod) { p.typed(began.Add(8 * time.Second)) }, want: Terminal},
		"a new terminal":                {after: func(p *pod) { write(p.t, p.files+"/pts/1", "") }, want: Terminal},
		"a changed file":                {after: func(p *pod) { p.edited = began }, want: Files},
		"a change that was seen before": {before: func(p *pod) { p.edited = began }, want: ""},
		"a busy container":              {after: func(p *pod) { p.cpu(time.Minute + time.Second) }, want: CPU},
		"a push": {
			before: func(p *pod) { p.process(other, 0, "S", "/godev/godevd", "receive"); p.read(other, 10_000) },
			after:  func(p *pod) { p.read(other, 10_600) },
			want:   Files,
		},
		"its client, which is there": {
			before: func(p *pod) { p.process(other, 0, "S", "/godev/godevd", "receive"); p.read(other, 10_000) },
			after:  func(p *pod) { p.read(other, 10_100) },
			want:   "",
		},
		"a connection that stays": {before: func(p *pod) { p.socket("0100000A:1F90", "0200000A:C000", established, 0) }, want: Connection},
		"one that just came":      {after: func(p *pod) { p.socket("0100000A:1F90", "0200000A:C000", established, 0) }, want: ""},
		"one by port-forward": {before: func(p *pod) {
			p.socket("0100007F:1F90", "0100007F:C000", established, os.Getuid())
			p.socket("0100007F:C000", "0100007F:1F90", established, os.Getuid()+1)
		}, want: Connection},
		"one of the program's to itself": {before: func(p *pod) {
			p.socket("0100007F:1F90", "0100007F:C000", established, os.Getuid())
			p.socket("0100007F:C000", "0100007F:1F90", established, os.Getuid())
		}, want: ""},
		"one to the outside":      {before: func(p *pod) { p.socket("0100000A:C000", "0200000A:0050", established, os.Getuid()) }, want: ""},
		"one to the debugger":     {before: func(p *pod) { p.socket("0100007F:9C40", "0100007F:C000", established, 0) }, want: ""},
		"one that is being ended": {before: func(p *pod) { p.socket("0100000A:1F90", "0200000A:C000", "06", 0) }, want: ""},
		"requests":                {after: func(p *pod) { p.opened(104) }, want: Connection},
		"two probes":              {after: func(p *pod) { p.opened(102) }, want: ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := newPod(t)
			if test.before != nil {
				test.before(p)
			}
			if got := p.Look(); got != Start {
				t.Errorf("the first look: %q", got)
			}
			p.last = p.last.Add(-10 * time.Second)
			p.network.began = p.network.began.Add(time.Millisecond) // no probe is due yet
			if test.after != nil {
				test.after(p)
			}
			if got := p.Look(); got != test.want {
				t.Errorf("%q, not %q", got, test.want)
			}
		})
	}
}

func TestProbesAreNoWorkHoweverLongAndRequestsBesideThemAre(t *testing.T) {
	p := newPod(t)
	var n network
	probes, requests := 0, 0
	look := func(second int) bool {
		p.opened(100 + probes + requests)
		return n.more(p.files, 2*time.Second, began.Add(time.Duration(second)*time.Second))
	}
	second := 0
	for ; second < 4*3600; second += 5 {
		probes = (second + second%3) / 2 // now and then one comes early
		if second >= 3600 {
			probes -= 10 // and some did not come at all
		}
		if look(second) {
			t.Fatalf("probes are work after %d s", second)
		}
	}
	for worked := 0; worked < 3; second += 5 {
		probes = second/2 - 10
		if second%60 == 0 {
			requests++
		}
		if look(second) {
			worked++
		}
		if requests > 5*(worked+1) {
			t.Fatalf("%d requests were overlooked", requests)
		}
	}
}

func TestTheKernelIsReadRightly(t *testing.T) {
	for name, address := range map[string]string{"version 4": "127.0.0.1:0", "version 6": "[::1]:0"} {
		t.Run(name, func(t *testing.T) {
			// Given
			listener, err := net.Listen("tcp", address)
			if err != nil {
				t.Skipf("this machine has no such addresses: %v", err)
			}
			defer listener.Close()
			before, known := passiveOpens("/proc")

			// When
			client, err := net.Dial("tcp", listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			server, err := listener.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()

			// Then: it is the own user's to itself, so only by its number it counts
			after, _ := passiveOpens("/proc")
			if !known || after <= before {
				t.Errorf("%d, then %d", before, after)
			}
			if len(connections("/proc", nil)) > 0 {
				for one := range connections("/proc", nil) {
					if one.local.String() == listener.Addr().String() {
						t.Errorf("%v", one)
					}
				}
			}
			found := false
			for _, name := range []string{"tcp", "tcp6"} {
				content, _ := os.ReadFile("/proc/net/" + name)
				for line := range strings.Lines(string(content)) {
					one, ok := parse(strings.Fields(line))
					found = found || ok && one.state == established && one.remote.String() == client.LocalAddr().String() &&
						one.local.String() == listener.Addr().String()
				}
			}
			if !found {
				t.Error("the connection is not there")
			}
		})
	}
	if self := processes("/proc")[os.Getpid()]; !strings.HasSuffix(self.name, ".test") || !self.isGo() || self.parent == 0 {
		t.Errorf("%+v", self)
	}
}
