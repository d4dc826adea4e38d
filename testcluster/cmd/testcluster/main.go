// Command testcluster runs a real one-node Kubernetes, built from its source modules, on one Linux machine, for
// demonstration and tests only.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"godev.io/testcluster/internal/cluster"
	"godev.io/testcluster/internal/debian"
	"godev.io/testcluster/internal/layout"
	"godev.io/testcluster/internal/progress"
	"godev.io/testcluster/internal/recipe"
)

const usage = `testcluster runs a one-node Kubernetes on this machine, for demonstration and tests only.

  testcluster up                    start it (the first time it is built, which takes minutes)
  testcluster down                  stop it and remove everything but the cache
  testcluster status                say how it is; exit code 0 when it is healthy
  testcluster env                   print the export lines for a shell: eval "$(testcluster env)"
  testcluster path NAME             print audit-log, kubeconfig, state, cache, bin, host-ip or java-home
  testcluster load FILE.tar…        bring images (docker-archive) into it
  testcluster images --runtime DIR --operator DIR --tag TAG --out DIR
                                    make the operator's and the runtime's images as docker-archives
  testcluster programs MODULE…      build what is missing of the modules below tools/, and print the folder of each
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	debian.AddSbin()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "testcluster:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("say what to do\n\n" + usage)
	}
	l, err := layout.Default()
	if err != nil {
		return err
	}
	out := progress.New(os.Stdout)
	c := cluster.New(l, out)
	switch verb, args := args[0], args[1:]; verb {
	case "up":
		return onThisMachine(func() error { return c.Up(ctx) })
	case "down":
		return onThisMachine(func() error { return c.Down(ctx) })
	case "load":
		if len(args) == 0 {
			return errors.New("load: name the image files")
		}
		return onThisMachine(func() error { return c.Load(ctx, args...) })
	case "status":
		return c.Status(ctx, os.Stdout)
	case "env":
		fmt.Print(environment(l))
		return nil
	case "path":
		return printPath(l, args)
	case "images":
		return images(ctx, l, out, args)
	case "programs":
		return programs(ctx, l, args)
	case "help", "-h", "--help":
		fmt.Print(usage)
		return nil
	default:
		return fmt.Errorf("no verb %q\n\n%s", verb, usage)
	}
}

// onThisMachine runs what needs Linux and root, or says what to do where they are missing.
func onThisMachine(do func() error) error {
	const instead = "use Docker Desktop's Kubernetes instead (Settings, Kubernetes, Enable), with CLUSTER=current"
	if runtime.GOOS != "linux" {
		return errors.New("the test cluster runs on Linux only: " + instead)
	}
	if os.Geteuid() != 0 {
		return errors.New("the test cluster needs root, for containers, mounts and iptables: run this as root, or " + instead)
	}
	return do()
}

func images(ctx context.Context, l layout.Layout, out *progress.Printer, args []string) error {
	flags := flag.NewFlagSet("images", flag.ContinueOnError)
	var o recipe.ProductOptions
	flags.StringVar(&o.Runtime, "runtime", "", "folder of the Go module of godevd")
	flags.StringVar(&o.Operator, "operator", "", "Quarkus' folder target/quarkus-app")
	flags.StringVar(&o.Tag, "tag", "", "tag of both images")
	flags.StringVar(&o.Out, "out", "", "folder for the archives")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if o.Tag == "" || o.Out == "" || o.Runtime == "" && o.Operator == "" {
		return errors.New("images: --tag, --out and at least one of --runtime and --operator are needed")
	}
	source, err := layout.Source()
	if err != nil {
		return err
	}
	made, err := recipe.Kitchen{Source: source, Cache: l.Cache}.Products(ctx, o)
	for _, m := range made {
		state := "made"
		if m.Unchanged {
			state = "unchanged"
		}
		out.Line("%s %s, %.1f MB", m.File, state, float64(m.Bytes)/1e6)
	}
	return err
}
