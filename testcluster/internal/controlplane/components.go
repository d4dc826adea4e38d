// Package controlplane starts etcd, the API server and what else runs beside it.
package controlplane

import (
	"context"
	_ "embed"
	"net"
	"os"
	"path/filepath"
	"time"

	"godev.io/testcluster/internal/kube"
	"godev.io/testcluster/internal/layout"
	"godev.io/testcluster/internal/proc"
)

//go:embed audit-policy.yaml
var auditPolicy []byte

const (
	etcdClients = layout.NodeIP + ":2379"
	etcdPeers   = layout.NodeIP + ":2380"
)

// Names are the processes of the control plane, in the order of their start.
var Names = []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "hostpath"}

// StartEtcd starts the store. Without fsync: the data does not outlive the cluster.
func StartEtcd(ctx context.Context, l layout.Layout, g proc.Group, programs string) error {
	cert := func(name string) string { return filepath.Join(l.PKI(), name) }
	err := g.Start("etcd", filepath.Join(programs, "etcd"),
		"--name=godev", "--data-dir="+filepath.Join(l.State, "etcd"), "--unsafe-no-fsync", "--log-level=warn",
		"--listen-client-urls=https://"+etcdClients, "--advertise-client-urls=https://"+etcdClients,
		"--listen-peer-urls=http://"+etcdPeers, "--initial-advertise-peer-urls=http://"+etcdPeers,
		"--initial-cluster=godev=http://"+etcdPeers,
		"--cert-file="+cert("etcd.crt"), "--key-file="+cert("etcd.key"),
		"--client-cert-auth", "--trusted-ca-file="+cert("ca.crt"))
	if err != nil {
		return err
	}
	return g.WaitFor(ctx, "etcd", 30*time.Second, func() bool {
		conn, err := net.DialTimeout("tcp", etcdClients, time.Second)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}

// StartAPIServer starts the API server and waits until it says that it is ready.
func StartAPIServer(ctx context.Context, l layout.Layout, g proc.Group, programs string) error {
	policy := filepath.Join(l.Config(), "audit-policy.yaml")
	if err := os.WriteFile(policy, auditPolicy, 0o644); err != nil {
		return err
	}
	cert := func(name string) string { return filepath.Join(l.PKI(), name) }
	err := g.Start("kube-apiserver", filepath.Join(programs, "kube-apiserver"),
		"--advertise-address="+layout.NodeIP, "--bind-address="+layout.NodeIP, "--secure-port=6443",
		"--etcd-servers=https://"+etcdClients, "--etcd-cafile="+cert("ca.crt"),
		"--etcd-certfile="+cert("apiserver-etcd.crt"), "--etcd-keyfile="+cert("apiserver-etcd.key"),
		"--client-ca-file="+cert("ca.crt"),
		"--tls-cert-file="+cert("apiserver.crt"), "--tls-private-key-file="+cert("apiserver.key"),
		"--kubelet-certificate-authority="+cert("ca.crt"),
		"--kubelet-client-certificate="+cert("apiserver-kubelet.crt"), "--kubelet-client-key="+cert("apiserver-kubelet.key"),
		// Logs, exec and port-forward go to the address: the node's name does not resolve here.
		"--kubelet-preferred-address-types=InternalIP",
		"--service-account-issuer=https://kubernetes.default.svc."+layout.Domain,
		"--service-account-key-file="+cert("service-account.key"), "--service-account-signing-key-file="+cert("service-account.key"),
		"--service-cluster-ip-range="+layout.ServiceCIDR,
		// The aggregation layer, as kubeadm sets it up: metrics and other API services can be added.
		"--requestheader-client-ca-file="+cert("ca.crt"), "--requestheader-allowed-names=front-proxy-client",
		"--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file="+cert("front-proxy.crt"), "--proxy-client-key-file="+cert("front-proxy.key"),
		"--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction", "--allow-privileged=true",
		// Tests play what others do to a pod at its admission: sidecar injectors, defaulting webhooks.
		"--feature-gates=MutatingAdmissionPolicy=true", "--runtime-config=admissionregistration.k8s.io/v1beta1=true",
		"--audit-policy-file="+policy, "--audit-log-path="+l.AuditLog(), "--audit-log-format=json",
		// megabytes; tests ask what the operator did since the start
		"--audit-log-maxsize=2000")
	if err != nil {
		return err
	}
	client, err := kube.NewClient(l)
	if err != nil {
		return err
	}
	return g.WaitFor(ctx, "kube-apiserver", 60*time.Second, func() bool { return client.Ready(ctx) == nil })
}

// StartControllers starts what needs nothing but the API server.
func StartControllers(l layout.Layout, g proc.Group, kubernetes, hostpath string) error {
	cert := func(name string) string { return filepath.Join(l.PKI(), name) }
	manager, scheduler := kubeconfig(l, "kube-controller-manager"), kubeconfig(l, "kube-scheduler")
	if err := g.Start("kube-controller-manager", filepath.Join(kubernetes, "kube-controller-manager"),
		"--kubeconfig="+manager, "--authentication-kubeconfig="+manager, "--authorization-kubeconfig="+manager,
		"--bind-address="+layout.NodeIP, "--cert-dir="+l.PKI(), "--leader-elect=false", "--use-service-account-credentials",
		"--service-account-private-key-file="+cert("service-account.key"), "--root-ca-file="+cert("ca.crt"),
		"--cluster-signing-cert-file="+cert("ca.crt"), "--cluster-signing-key-file="+cert("ca.key"),
		"--service-cluster-ip-range="+layout.ServiceCIDR,
		// The default of 20 requests a second makes the start of all controllers take six seconds.
		"--kube-api-qps=200", "--kube-api-burst=400",
		// A fresh node takes pods only after the first round of this.
		"--node-monitor-period=500ms",
		// It makes this folder; the default is outside the cluster's own.
		"--flex-volume-plugin-dir="+filepath.Join(l.State, "volume-plugins")); err != nil {
		return err
	}
	if err := g.Start("kube-scheduler", filepath.Join(kubernetes, "kube-scheduler"),
		"--kubeconfig="+scheduler, "--authentication-kubeconfig="+scheduler, "--authorization-kubeconfig="+scheduler,
		"--bind-address="+layout.NodeIP, "--cert-dir="+l.PKI(), "--leader-elect=false"); err != nil {
		return err
	}
	return g.Start("hostpath", filepath.Join(hostpath, "hostpath"),
		"--kubeconfig="+kubeconfig(l, "hostpath"), "--dir="+l.Volumes())
}
