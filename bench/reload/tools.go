package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"godev.io/bench/internal/child"
)

// tool builds a program again and starts it when its source changes.
type tool struct {
	name string
	// command runs the tool for the source in dir, with a folder for what it makes.
	command func(b binaries, dir, own string, args []string) (child.Command, error)
}

// binaries are the paths of what is compared.
type binaries struct{ godevd, air string }

var tools = []tool{
	{"godevd", func(b binaries, dir, own string, args []string) (child.Command, error) {
		return child.Command{
			Program: b.godevd,
			Args: append([]string{
				"run", "--reload", "OnChange", "--workspace", dir, "--output", filepath.Join(own, "bin", "program"),
				"--marker", filepath.Join(own, "built"), "--termination-log", filepath.Join(own, "message"), "--cgroup", own, "--",
			}, args...),
		}, nil
	}},
	{"air", func(b binaries, dir, own string, args []string) (child.Command, error) {
		return air(b, dir, own, "", args)
	}},
	// its shortest delay; by default it waits for a second
	{"air, delay 0", func(b binaries, dir, own string, args []string) (child.Command, error) {
		return air(b, dir, own, "delay = 0\n", args)
	}},
}

func air(b binaries, dir, own, more string, args []string) (child.Command, error) {
	program := filepath.Join(own, "program")
	entry := []string{fmt.Sprintf("%q", program)}
	for _, arg := range args {
		entry = append(entry, fmt.Sprintf("%q", arg))
	}
	config := filepath.Join(own, "air.toml")
	content := fmt.Sprintf("root = %q\ntmp_dir = %q\n\n[build]\ncmd = %q\nentrypoint = [%s]\n%s",
		dir, own, "go build -o "+program+" .", strings.Join(entry, ", "), more)
	return child.Command{
		Program: "/bin/sh",
		Args:    []string{"-c", `cd "$0" && exec "$@"`, dir, b.air, "-c", config},
	}, os.WriteFile(config, []byte(content), 0o644)
}

// build builds godevd from the checkout, and air from the version that is pinned there.
func build(ctx context.Context, root, out string) (binaries, error) {
	b := binaries{filepath.Join(out, "godevd"), filepath.Join(out, "air")}
	for _, one := range []struct{ folder, output, pkg string }{
		{filepath.Join(root, "runtime"), b.godevd, "./cmd/godevd"},
		{filepath.Join(root, "bench", "reload", "air"), b.air, "github.com/air-verse/air"},
	} {
		command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", one.output, one.pkg)
		command.Dir = one.folder
		command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
		if text, err := command.CombinedOutput(); err != nil {
			return b, fmt.Errorf("go build %s: %w\n%s", one.pkg, err, text)
		}
	}
	return b, nil
}
