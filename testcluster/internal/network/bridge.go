// Package network makes and removes the cluster's part of the machine's network.
package network

import (
	"errors"
	"fmt"
	"net"
	"os/exec"
	"slices"
	"strings"

	"godev.io/testcluster/internal/layout"
)

// Up makes the bridge whose address the node has, and lets the pods' traffic through a firewall that drops what it
// forwards by default, as Docker's does.
func Up() error {
	if err := free(); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"ip", "link", "add", layout.NodeBridge, "type", "bridge"},
		{"ip", "addr", "add", layout.NodeIP + "/32", "dev", layout.NodeBridge},
		{"ip", "link", "set", layout.NodeBridge, "up"},
		{"iptables", "--wait", "-I", "FORWARD", "-i", layout.PodBridge, "-m", "comment", "--comment", Comment, "-j", "ACCEPT"},
		{"iptables", "--wait", "-I", "FORWARD", "-o", layout.PodBridge, "-m", "comment", "--comment", Comment, "-j", "ACCEPT"},
	} {
		if err := run(args...); err != nil {
			return err
		}
	}
	return nil
}

// free fails when another network of the machine overlaps the cluster's.
func free() error {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return err
	}
	for _, cidr := range []string{layout.NodeIP + "/32", layout.PodCIDR, layout.ServiceCIDR} {
		_, ours, err := net.ParseCIDR(cidr)
		if err != nil {
			return err
		}
		for _, a := range addrs {
			theirs, ok := a.(*net.IPNet)
			if ok && (ours.Contains(theirs.IP) || theirs.Contains(ours.IP)) {
				return fmt.Errorf("the machine's network %s overlaps the test cluster's %s", theirs, ours)
			}
		}
	}
	return nil
}

// Down removes the bridges and the chains and rules. What is not there is no error.
func Down() error {
	for _, bridge := range []string{layout.NodeBridge, layout.PodBridge} {
		if _, err := net.InterfaceByName(bridge); err != nil {
			continue
		}
		if err := run("ip", "link", "del", bridge); err != nil {
			return err
		}
	}
	return CleanIPTables(layout.PodNetwork)
}

// Present tells whether one of the bridges is there.
func Present() bool {
	for _, bridge := range []string{layout.NodeBridge, layout.PodBridge} {
		if _, err := net.InterfaceByName(bridge); err == nil {
			return true
		}
	}
	return false
}

func run(args ...string) error {
	if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// CheckAlone fails when another Kubernetes has its rules on this machine: two kube-proxies undo each other's.
func CheckAlone() error {
	save, err := exec.Command("iptables-save").Output()
	if err != nil {
		return nil // iptables is not installed yet, or has nothing
	}
	for _, t := range parse(string(save)) {
		if slices.Contains(t.chains, "KUBE-SERVICES") {
			return errors.New("another Kubernetes runs on this machine (iptables has the chain KUBE-SERVICES): use it with CLUSTER=current, or stop it")
		}
	}
	return nil
}
