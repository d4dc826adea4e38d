package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"godev.io/testcluster/internal/build"
	"godev.io/testcluster/internal/cache"
	"godev.io/testcluster/internal/controlplane"
	"godev.io/testcluster/internal/debian"
	"godev.io/testcluster/internal/host"
	"godev.io/testcluster/internal/image"
	"godev.io/testcluster/internal/kube"
	"godev.io/testcluster/internal/layout"
	"godev.io/testcluster/internal/manifests"
	"godev.io/testcluster/internal/network"
	"godev.io/testcluster/internal/node"
	"godev.io/testcluster/internal/recipe"
)

// Up starts the cluster, building what it needs first. It returns when a pod can run.
func (c *Cluster) Up(ctx context.Context) error {
	c.out.Line("a one-node Kubernetes on this machine, for demonstration and tests only")
	unlock, err := lock()
	if err != nil {
		return err
	}
	defer unlock()
	if c.Healthy(ctx) == nil {
		c.out.Line("it is up already: eval \"$(make -s env)\"")
		return nil
	}
	if c.left() {
		if err := c.remove(ctx); err != nil {
			return err
		}
		c.out.Line("removed what an earlier run left")
	}
	if err := network.CheckAlone(); err != nil {
		return err
	}
	if err := c.installTools(ctx); err != nil {
		return err
	}
	programs, err := c.build(ctx)
	if err != nil {
		return err
	}
	images, err := c.images(ctx, programs["coredns"])
	if err != nil {
		return err
	}
	return c.start(ctx, programs, images)
}

func (c *Cluster) installTools(ctx context.Context) error {
	packages := debian.Missing()
	if len(packages) == 0 {
		return nil
	}
	list := strings.Join(packages, " ")
	if !debian.IsDebian() {
		return fmt.Errorf("install these first (names of Debian's packages): %s", list)
	}
	return c.out.Long("install the Debian packages "+list, func() error { return debian.Install(ctx, packages) })
}

// build returns the folder of each module's programs.
func (c *Cluster) build(ctx context.Context) (map[string]string, error) {
	source, err := layout.Source()
	if err != nil {
		return nil, err
	}
	programs := map[string]string{}
	for _, m := range build.Modules {
		dir, err := m.Dir(ctx, source, c.Cache)
		if err != nil {
			return nil, err
		}
		programs[m.Name] = dir
		run := func() error { return m.Build(ctx, source, dir) }
		if _, err := os.Stat(dir); err != nil {
			built := run
			run = func() error { return c.out.Long("build "+m.Name+" from its source module, once", built) }
		}
		if err := run(); err != nil {
			return nil, err
		}
	}
	return programs, nil
}

func (c *Cluster) images(ctx context.Context, coredns string) ([]image.Image, error) {
	source, err := layout.Source()
	if err != nil {
		return nil, err
	}
	kitchen := recipe.Kitchen{Source: source, Cache: c.Cache}
	var pause, dns, golang image.Image
	err = c.out.Long("images of pause, CoreDNS and Go", func() error {
		return together(ctx,
			func(ctx context.Context) (err error) { pause, err = kitchen.Pause(ctx); return },
			func(context.Context) (err error) { dns, err = kitchen.CoreDNS(coredns); return },
			func(ctx context.Context) (err error) { golang, err = kitchen.Golang(ctx); return },
		)
	})
	return []image.Image{pause, dns, golang}, err
}

func (c *Cluster) start(ctx context.Context, programs map[string]string, images []image.Image) error {
	kubernetes := programs["kubernetes"]
	if err := c.prepare(kubernetes); err != nil {
		return err
	}
	client, err := kube.NewClient(c.Layout)
	if err != nil {
		return err
	}
	ready := make(chan struct{}) // closed when the API server is ready
	err = together(ctx,
		func(ctx context.Context) error {
			if err := controlplane.StartEtcd(ctx, c.Layout, c.group, programs["etcd"]); err != nil {
				return err
			}
			if err := controlplane.StartAPIServer(ctx, c.Layout, c.group, kubernetes); err != nil {
				return err
			}
			c.out.Line("etcd and kube-apiserver are ready")
			close(ready)
			if err := controlplane.StartControllers(c.Layout, c.group, kubernetes, programs["hostpath"]); err != nil {
				return err
			}
			if err := c.apply(ctx); err != nil {
				return err
			}
			return node.StartProxy(ctx, c.Layout, c.group, kubernetes)
		},
		func(ctx context.Context) error {
			if err := c.startNode(ctx, images); err != nil {
				return err
			}
			select {
			case <-ready:
			case <-ctx.Done():
				return ctx.Err()
			}
			return node.StartKubelet(ctx, c.Layout, c.group, kubernetes)
		},
	)
	if err != nil {
		return err
	}
	if err := c.kubectl(ctx, "", "label", "node", layout.NodeName, "node-role.kubernetes.io/control-plane="); err != nil {
		return err
	}
	c.out.Line("the node %s is ready", layout.NodeName)
	if err := c.group.WaitFor(ctx, "kubelet", 60*time.Second, func() bool { return client.DNSReady(ctx) == nil }); err != nil {
		return err
	}
	if err := c.Healthy(ctx); err != nil {
		return err
	}
	if err := c.prune(); err != nil {
		return err
	}
	c.out.Line("the cluster is up: eval \"$(make -s env)\", and make cluster-down to remove it")
	return nil
}

// prune removes what older checkouts built and nobody used for two weeks.
func (c *Cluster) prune() error {
	since := time.Now().AddDate(0, 0, -14)
	return errors.Join(
		cache.Prune(filepath.Join(c.Cache, "programs"), since),
		cache.Prune(filepath.Join(c.Cache, "layers"), since))
}

// prepare lays the folders, the credentials and the network. From here on there is something to clean up.
func (c *Cluster) prepare(kubernetes string) error {
	for _, dir := range []string{c.State, c.Bin(), c.Logs(), c.Run(), c.PKI(), c.Config(), c.Volumes()} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if err := host.Save(c.stateFile()); err != nil {
		return err
	}
	if err := os.Symlink(filepath.Join(kubernetes, "kubectl"), filepath.Join(c.Bin(), "kubectl")); err != nil {
		return err
	}
	if err := host.MakeCgroup(layout.Cgroup); err != nil {
		return err
	}
	if err := network.Up(); err != nil {
		return err
	}
	return controlplane.Credentials(c.Layout)
}

// startNode starts containerd, empty of pods, with the cluster's images.
func (c *Cluster) startNode(ctx context.Context, images []image.Image) error {
	if err := node.StartContainerd(ctx, c.Layout, c.group); err != nil {
		return err
	}
	// A killed run left its pods in containerd's root.
	if err := node.RemovePods(ctx, c.Layout); err != nil {
		return c.group.Failure("containerd", err)
	}
	for _, i := range images {
		did, err := node.Import(ctx, c.Layout, i)
		if err != nil {
			return c.group.Failure("containerd", err)
		}
		if did {
			c.out.Line("imported %s", strings.Join(i.Names, ", "))
		}
	}
	return nil
}

// apply brings DNS and storage into the cluster. The namespace and the roles that they need appear some moments after
// the API server says that it is ready.
func (c *Cluster) apply(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		err := c.kubectl(ctx, manifests.All(), "apply", "--filename", "-")
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
	}
}

func (c *Cluster) kubectl(ctx context.Context, input string, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(c.Bin(), "kubectl"), append([]string{"--kubeconfig", c.Kubeconfig()}, args...)...)
	cmd.Stdin = strings.NewReader(input)
	// No proxy: the cluster is on this machine.
	cmd.Env = []string{"HOME=" + c.Run(), "PATH=" + os.Getenv("PATH")}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("kubectl %s: %w %s", strings.Join(args, " "), err, out)
	}
	return nil
}
