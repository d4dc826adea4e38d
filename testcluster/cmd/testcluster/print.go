package main

import (
	"fmt"
	"strings"

	"godev.io/testcluster/internal/layout"
	"godev.io/testcluster/internal/recipe"
)

// environment returns the lines for a shell to use the cluster: its kubeconfig, and its kubectl before any other.
func environment(l layout.Layout) string {
	return fmt.Sprintf("export KUBECONFIG=%s\nexport PATH=%s\"$PATH\"\n", quote(l.Kubeconfig()), quote(l.Bin()+":"))
}

// quote returns s as one word of a POSIX shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func printPath(l layout.Layout, args []string) error {
	if len(args) == 1 && args[0] == "java-home" {
		home, err := recipe.JavaHome()
		if err == nil {
			fmt.Println(home)
		}
		return err
	}
	values := map[string]string{
		"audit-log":  l.AuditLog(),
		"kubeconfig": l.Kubeconfig(),
		"state":      l.State,
		"cache":      l.Cache,
		"bin":        l.Bin(),
		"host-ip":    layout.NodeIP, // where pods reach the machine
	}
	if len(args) != 1 || values[args[0]] == "" {
		return fmt.Errorf("path: name one of audit-log, kubeconfig, state, cache, bin, host-ip, java-home")
	}
	fmt.Println(values[args[0]])
	return nil
}
