package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"

	"godev.io/testcluster/internal/layout"
	"godev.io/testcluster/internal/node"
)

// Status writes a line per process and returns nil when the cluster is healthy.
func (c *Cluster) Status(ctx context.Context, out io.Writer) error {
	if !c.left() {
		return errors.New("the test cluster does not run")
	}
	for _, name := range processes() {
		if id, alive := c.group.Identity(name); alive {
			fmt.Fprintf(out, "%-24s running, pid %d\n", name, id.PID)
		} else {
			fmt.Fprintf(out, "%-24s not running, log %s\n", name, c.group.Log(name))
		}
	}
	if err := c.Healthy(ctx); err != nil {
		return err
	}
	fmt.Fprintf(out, "healthy: %s, node %s, for demonstration and tests only\n", layout.APIServer, layout.NodeName)
	return nil
}

// Load brings images into the running cluster.
func (c *Cluster) Load(ctx context.Context, files ...string) error {
	unlock, err := lock()
	if err != nil {
		return err
	}
	defer unlock()
	if _, alive := c.group.Identity("containerd"); !alive {
		return errors.New("the test cluster does not run: testcluster up")
	}
	for _, file := range files {
		did, err := node.Load(ctx, c.Layout, file)
		if err != nil {
			return err
		}
		if did {
			c.out.Line("loaded %s", file)
		} else {
			c.out.Line("%s is there already", file)
		}
	}
	return nil
}
