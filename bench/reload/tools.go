package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"godev.io/bench/internal/checkout"
	"godev.io/bench/internal/child"
)

// tool builds a program again and starts it when its source changes.
type tool struct {
	name string
	// command runs the tool for the source in dir, with a folder for what it makes.
	command func(b binaries, dir, own string, args []string) (child.Command, error)
}

// binaries are the paths of what is compared.
type binaries struct{ godevd, dlv, air string }

var (
	bare = tool{"godevd", func(b binaries, dir, own string, args []string) (child.Command, error) {
		return godevd(b, dir, own, nil, args)
	}}
	debugged = tool{"godevd, delve", func(b binaries, dir, own string, args []string) (child.Command, error) {
		ports, err := child.FreePorts(1)
		if err != nil {
			return child.Command{}, err
		}
		return godevd(b, dir, own, []string{"--debug-port", strconv.Itoa(ports[0]), "--dlv", b.dlv}, args)
	}}
	polling = tool{"godevd, polling", func(b binaries, dir, own string, args []string) (child.Command, error) {
		return godevd(b, dir, own, []string{"--watch", "Poll"}, args)
	}}
)

// watched are the runtime's ways of seeing a save.
var watched = []tool{bare, debugged, polling}

var tools = []tool{
	bare,
	debugged,
	{"air", func(b binaries, dir, own string, args []string) (child.Command, error) {
		return air(b, dir, own, "", args)
	}},
	// by default it waits for a second, and takes 0 for the default
	{"air, delay 1 ms", func(b binaries, dir, own string, args []string) (child.Command, error) {
		return air(b, dir, own, "delay = 1\n", args)
	}},
}

func godevd(b binaries, dir, own string, more, args []string) (child.Command, error) {
	flags := append([]string{
		"run", "--reload", "OnChange", "--workspace", dir, "--output", filepath.Join(own, "bin", "program"),
		"--marker", filepath.Join(own, "built"), "--termination-log", filepath.Join(own, "message"), "--cgroup", own,
	}, more...)
	return child.Command{Program: b.godevd, Args: append(append(flags, "--"), args...)}, nil
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

// complete builds what is not there: godevd from the checkout, delve and, if asked for, air from the versions that are
// pinned there.
func (b binaries) complete(ctx context.Context, out string, air bool) (binaries, error) {
	for _, one := range []struct {
		folder, pkg string
		binary      *string
	}{
		{"runtime", "./cmd/godevd", &b.godevd},
		{filepath.Join("runtime", "delve"), "github.com/go-delve/delve/cmd/dlv", &b.dlv},
		{filepath.Join("bench", "reload", "air"), "github.com/air-verse/air", &b.air},
	} {
		if *one.binary != "" || one.binary == &b.air && !air {
			continue
		}
		root, err := checkout.Root()
		if err != nil {
			return b, err
		}
		*one.binary = filepath.Join(out, filepath.Base(one.pkg))
		command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", *one.binary, one.pkg)
		command.Dir = filepath.Join(root, one.folder)
		command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
		if text, err := command.CombinedOutput(); err != nil {
			return b, fmt.Errorf("go build %s: %w\n%s", one.pkg, err, text)
		}
	}
	return b, nil
}
