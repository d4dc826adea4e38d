package node

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"godev.io/testcluster/internal/kube"
	"godev.io/testcluster/internal/layout"
	"godev.io/testcluster/internal/proc"
)

// StartKubelet starts kubelet and waits until the node is ready.
func StartKubelet(ctx context.Context, l layout.Layout, g proc.Group, programs string) error {
	config := filepath.Join(l.Config(), "kubelet.yaml")
	if err := os.WriteFile(config, []byte(kubeletConfig(l)), 0o644); err != nil {
		return err
	}
	if err := g.Start("kubelet", filepath.Join(programs, "kubelet"),
		"--config="+config, "--kubeconfig="+filepath.Join(l.Config(), "kubelet.kubeconfig"),
		"--root-dir="+filepath.Join(l.State, "kubelet"), "--cert-dir="+l.PKI(),
		"--hostname-override="+layout.NodeName, "--node-ip="+layout.NodeIP); err != nil {
		return err
	}
	client, err := kube.NewClient(l)
	if err != nil {
		return err
	}
	return g.WaitFor(ctx, "kubelet", 60*time.Second, func() bool { return client.NodeReady(ctx) == nil })
}

func kubeletConfig(l layout.Layout) string {
	return fmt.Sprintf(`apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: %[1]s
healthzBindAddress: %[1]s
readOnlyPort: 0
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: %[2]s/ca.crt}
authorization: {mode: Webhook}
tlsCertFile: %[2]s/kubelet.crt
tlsPrivateKeyFile: %[2]s/kubelet.key
containerRuntimeEndpoint: unix://%[3]s
clusterDNS: [%[4]s]
clusterDomain: %[5]s
resolvConf: %[6]s
podLogsDir: %[7]s/pods
volumePluginDir: %[7]s/volume-plugins
cgroupDriver: cgroupfs
cgroupRoot: /%[8]s
failCgroupV1: false
failSwapOn: false
enforceNodeAllocatable: []
# A developer's disk is often nearly full: that must not evict a test's pods.
evictionHard:
  memory.available: 50Mi
  nodefs.available: 1%%
  nodefs.inodesFree: 1%%
  imagefs.available: 1%%
  imagefs.inodesFree: 1%%
imageGCHighThresholdPercent: 100 # the images cannot be pulled again
maxPods: 100
`, layout.NodeIP, l.PKI(), l.ContainerdSocket(), layout.DNSServiceIP, layout.Domain, resolvConf(os.ReadFile), l.State, layout.Cgroup)
}

// resolvConf returns the file whose name servers pods can reach: that of systemd-resolved's clients names a loopback
// address.
func resolvConf(read func(string) ([]byte, error)) string {
	const usual, systemd = "/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"
	content, err := read(usual)
	if err != nil || !strings.Contains(string(content), "nameserver 127.") {
		return usual
	}
	if _, err := read(systemd); err != nil {
		return usual
	}
	return systemd
}

// StartProxy starts kube-proxy and waits until it has written its rules.
func StartProxy(ctx context.Context, l layout.Layout, g proc.Group, programs string) error {
	config := filepath.Join(l.Config(), "kube-proxy.yaml")
	content := fmt.Sprintf(`apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
hostnameOverride: %[1]s
clusterCIDR: %[2]s
bindAddress: %[3]s
healthzBindAddress: %[3]s:10256
metricsBindAddress: %[3]s:10249
clientConnection: {kubeconfig: %[4]s/kube-proxy.kubeconfig}
# Zero leaves the machine's own settings alone; a sandboxed root may not change them.
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
`, layout.NodeName, layout.PodCIDR, layout.NodeIP, l.Config())
	if err := os.WriteFile(config, []byte(content), 0o644); err != nil {
		return err
	}
	if err := g.Start("kube-proxy", filepath.Join(programs, "kube-proxy"), "--config="+config); err != nil {
		return err
	}
	client := http.Client{Timeout: time.Second}
	return g.WaitFor(ctx, "kube-proxy", 30*time.Second, func() bool {
		response, err := client.Get("http://" + layout.NodeIP + ":10256/healthz")
		if err == nil {
			response.Body.Close()
		}
		return err == nil && response.StatusCode == http.StatusOK
	})
}
