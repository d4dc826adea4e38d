// Package cluster puts the parts together: up, down, status.
package cluster

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"godev.io/testcluster/internal/cache"
	"godev.io/testcluster/internal/controlplane"
	"godev.io/testcluster/internal/kube"
	"godev.io/testcluster/internal/layout"
	"godev.io/testcluster/internal/network"
	"godev.io/testcluster/internal/node"
	"godev.io/testcluster/internal/proc"
	"godev.io/testcluster/internal/progress"
)

// Cluster is the machine's one test cluster.
type Cluster struct {
	layout.Layout
	group proc.Group
	out   *progress.Printer
}

// New returns the cluster of a layout.
func New(l layout.Layout, out *progress.Printer) *Cluster {
	return &Cluster{Layout: l, group: proc.Group{Run: l.Run(), Logs: l.Logs()}, out: out}
}

// processes returns the names of everything that runs in a whole cluster.
func processes() []string {
	return slices.Concat([]string{"containerd"}, controlplane.Names, node.Names)
}

// lock keeps two commands from changing the cluster at the same time.
func lock() (unlock func(), err error) { return cache.Lock("/run/lock/godev-testcluster.lock") }

// Healthy returns nil when every process runs, the API server and the node are ready, and the cluster's DNS answers.
func (c *Cluster) Healthy(ctx context.Context) error {
	for _, name := range processes() {
		if _, alive := c.group.Identity(name); !alive {
			return errors.New(name + " does not run")
		}
	}
	client, err := kube.NewClient(c.Layout)
	if err != nil {
		return err
	}
	for _, check := range []func(context.Context) error{client.Ready, client.NodeReady, client.DNSReady} {
		if err := check(ctx); err != nil {
			return err
		}
	}
	return nil
}

// left tells whether something of a cluster is there, running or not.
func (c *Cluster) left() bool {
	_, err := os.Stat(c.State)
	return err == nil || network.Present()
}

// stateFile is how the machine was before the cluster.
func (c *Cluster) stateFile() string { return filepath.Join(c.State, "machine.json") }

// together runs functions at the same time, and returns when all have ended. The first failure cancels the others.
func together(ctx context.Context, functions ...func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		wg    sync.WaitGroup
		once  sync.Once
		first error
	)
	for _, f := range functions {
		wg.Go(func() {
			if err := f(ctx); err != nil {
				once.Do(func() { first = err })
				cancel()
			}
		})
	}
	wg.Wait()
	return first
}
