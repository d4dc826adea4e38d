package network

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// Comment marks the rules that the test cluster itself adds.
const Comment = "godev-testcluster"

// CleanIPTables removes every chain and rule of the cluster: those of kube-proxy and kubelet (KUBE-…), those of the
// network plugins that name the cluster's pod network, and the cluster's own.
func CleanIPTables(podNetwork string) error {
	var errs []error
	for _, family := range []string{"iptables", "ip6tables"} {
		save, err := exec.Command(family + "-save").Output()
		if err != nil {
			continue // a kernel without IPv6 tables has nothing of ours in them
		}
		restore := cleanup(string(save), podNetwork)
		if restore == "" {
			continue
		}
		cmd := exec.Command(family+"-restore", "--noflush", "--wait")
		cmd.Stdin = strings.NewReader(restore)
		if out, err := cmd.CombinedOutput(); err != nil {
			errs = append(errs, fmt.Errorf("%s-restore: %w %s", family, err, bytes.TrimSpace(out)))
		}
	}
	return errors.Join(errs...)
}

// table is one table of iptables-save's output.
type table struct {
	name   string
	chains []string
	rules  []string // as saved: "-A CHAIN …"
}

// cleanup returns the input for iptables-restore --noflush that undoes the cluster's part of a saved state; "" when
// there is none.
func cleanup(save, podNetwork string) string {
	var out strings.Builder
	for _, t := range parse(save) {
		doomed := t.doomed(podNetwork)
		var lines []string
		for _, chain := range t.chains {
			if doomed[chain] {
				lines = append(lines, ":"+chain+" - [0:0]") // --noflush flushes the chains that are named so
			}
		}
		for _, rule := range t.rules {
			if doomed[chainOf(rule)] {
				continue // flushed already
			}
			if doomed[targetOf(rule)] || strings.Contains(rule, "--comment "+Comment) {
				lines = append(lines, "-D"+strings.TrimPrefix(rule, "-A"))
			}
		}
		for _, chain := range t.chains {
			if doomed[chain] {
				lines = append(lines, "-X "+chain)
			}
		}
		if len(lines) > 0 {
			fmt.Fprintf(&out, "*%s\n%s\nCOMMIT\n", t.name, strings.Join(lines, "\n"))
		}
	}
	return out.String()
}

// doomed returns the chains to remove. Those of the port mapping plugin (CNI-HOSTPORT-…) are shared by all its users:
// they go only when no other network's rule is in them.
func (t table) doomed(podNetwork string) map[string]bool {
	mark := `name: \"` + podNetwork + `\"` // the plugins' comment on each rule, as iptables-save quotes it
	doomed := map[string]bool{}
	shared := true
	for _, rule := range t.rules {
		ours := strings.Contains(rule, mark)
		if ours && strings.HasPrefix(targetOf(rule), "CNI-") && !strings.HasPrefix(targetOf(rule), "CNI-HOSTPORT-") {
			doomed[targetOf(rule)] = true
		}
		if chainOf(rule) == "CNI-HOSTPORT-DNAT" && !ours {
			shared = false
		}
	}
	for _, chain := range t.chains {
		if strings.HasPrefix(chain, "KUBE-") || shared && strings.HasPrefix(chain, "CNI-HOSTPORT-") {
			doomed[chain] = true
		}
	}
	return doomed
}

func parse(save string) []table {
	var tables []table
	for line := range strings.Lines(save) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "*"):
			tables = append(tables, table{name: line[1:]})
		case len(tables) == 0:
		case strings.HasPrefix(line, ":"):
			t := &tables[len(tables)-1]
			t.chains = append(t.chains, strings.Fields(line[1:])[0])
		case strings.HasPrefix(line, "-A "):
			t := &tables[len(tables)-1]
			t.rules = append(t.rules, line)
		}
	}
	return tables
}

// chainOf returns the chain that a rule is in.
func chainOf(rule string) string { return strings.Fields(rule)[1] }

// targetOf returns the chain or target that a rule jumps to, "" when it does not.
func targetOf(rule string) string {
	fields := strings.Fields(rule)
	for i, f := range fields[:len(fields)-1] {
		if f == "-j" || f == "-g" {
			return fields[i+1]
		}
	}
	return ""
}
