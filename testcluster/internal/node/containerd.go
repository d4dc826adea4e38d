// Package node starts containerd, kubelet and kube-proxy: what makes the machine a node.
package node

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"godev.io/testcluster/internal/cri"
	"godev.io/testcluster/internal/debian"
	"godev.io/testcluster/internal/layout"
	"godev.io/testcluster/internal/proc"
	"godev.io/testcluster/internal/recipe"
)

// Names are the processes of the node but for containerd, which has to outlive kubelet.
var Names = []string{"kubelet", "kube-proxy"}

// StartContainerd starts a containerd of the cluster's own, beside any that the machine has.
func StartContainerd(ctx context.Context, l layout.Layout, g proc.Group) error {
	if err := os.MkdirAll(filepath.Join(l.Config(), "cni"), 0o755); err != nil {
		return err
	}
	for file, content := range map[string]string{
		"containerd.toml":       containerdConfig(l),
		"cni/10-godev.conflist": cniConfig(l),
	} {
		if err := os.WriteFile(filepath.Join(l.Config(), file), []byte(content), 0o644); err != nil {
			return err
		}
	}
	program, err := exec.LookPath("containerd")
	if err != nil {
		return err
	}
	if err := g.Start("containerd", program, "--config", filepath.Join(l.Config(), "containerd.toml")); err != nil {
		return err
	}
	client, err := cri.Dial(l.ContainerdSocket())
	if err != nil {
		return err
	}
	defer client.Close()
	// Its part that speaks to kubelet is ready some moments after the rest.
	return g.WaitFor(ctx, "containerd", 30*time.Second, func() bool { return client.Ready(ctx) == nil })
}

// containerdConfig keeps everything below the cluster's own folders.
func containerdConfig(l layout.Layout) string {
	return fmt.Sprintf(`version = 2
root = %[1]q
state = %[2]q
oom_score = 0
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.tracing.processor.v1.otlp"]

[grpc]
  address = %[3]q

[plugins."io.containerd.internal.v1.opt"]
  path = %[4]q

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = %[5]q
  # Without CAP_SYS_RESOURCE (a sandboxed root) runc may not lower a score, and no pod would start.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  stream_server_address = "127.0.0.1"

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = %[6]q
    conf_dir = %[7]q

  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"
    snapshotter = "overlayfs"

    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"

      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
        Root = %[8]q
`, l.ContainerdRoot(), l.ContainerdState(), l.ContainerdSocket(), filepath.Join(l.State, "opt"), recipe.PauseImage,
		debian.CNIDir, filepath.Join(l.Config(), "cni"), filepath.Join(l.State, "runc"))
}

func cniConfig(l layout.Layout) string {
	return fmt.Sprintf(`{
  "cniVersion": "1.0.0",
  "name": %[1]q,
  "plugins": [
    {
      "type": "bridge", "bridge": %[2]q, "isGateway": true, "ipMasq": true, "hairpinMode": true,
      "ipam": {
        "type": "host-local", "dataDir": %[3]q,
        "ranges": [[{"subnet": %[4]q}]], "routes": [{"dst": "0.0.0.0/0"}]
      }
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
`, layout.PodNetwork, layout.PodBridge, filepath.Join(l.State, "ipam"), layout.PodCIDR)
}

// Ctr runs containerd's own client in the namespace that Kubernetes uses.
func Ctr(ctx context.Context, l layout.Layout, setup func(*exec.Cmd), args ...string) error {
	cmd := exec.CommandContext(ctx, "ctr", append([]string{"--address", l.ContainerdSocket(), "--namespace", "k8s.io"}, args...)...)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if setup != nil {
		setup(cmd)
	}
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("ctr %s: %w %s", strings.Join(args, " "), err, strings.TrimSpace(out.String()))
	}
	return nil
}
