package controlplane

import (
	"os"
	"path/filepath"

	"godev.io/testcluster/internal/layout"
	"godev.io/testcluster/internal/pki"
)

// servers are certificates for programs that others connect to.
var servers = map[string]pki.Request{
	"apiserver": {CommonName: "kube-apiserver", Hosts: []string{
		layout.NodeIP, layout.APIServiceIP, "127.0.0.1", "localhost", layout.NodeName,
		"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc." + layout.Domain,
	}},
	"etcd":    {CommonName: "etcd", Hosts: []string{layout.NodeIP}},
	"kubelet": {CommonName: "system:node:" + layout.NodeName, Organizations: []string{"system:nodes"}, Hosts: []string{layout.NodeIP, layout.NodeName}},
}

// apiClients are the API server's own client certificates, for etcd, kubelet and other API servers.
var apiClients = map[string]pki.Request{
	"apiserver-etcd":    {CommonName: "kube-apiserver"},
	"front-proxy":       {CommonName: "front-proxy-client"},
	"apiserver-kubelet": {CommonName: "kube-apiserver-kubelet-client", Organizations: []string{"system:masters"}},
}

// clients are users of the API. Their names and groups are all that RBAC and the Node authorizer need.
var clients = map[string]pki.Request{
	"admin":                   {CommonName: "kubernetes-admin", Organizations: []string{"system:masters"}},
	"kube-controller-manager": {CommonName: "system:kube-controller-manager"},
	"kube-scheduler":          {CommonName: "system:kube-scheduler"},
	"kube-proxy":              {CommonName: "system:kube-proxy"},
	"kubelet":                 {CommonName: "system:node:" + layout.NodeName, Organizations: []string{"system:nodes"}},
	"hostpath":                {CommonName: "godev:hostpath"},
}

// Credentials makes all certificates, keys and kubeconfigs of the cluster.
func Credentials(l layout.Layout) error {
	ca, err := pki.NewCA("godev-testcluster")
	if err != nil {
		return err
	}
	if err := ca.Write(l.PKI(), "ca"); err != nil {
		return err
	}
	for _, set := range []map[string]pki.Request{servers, apiClients} {
		for name, request := range set {
			pair, err := ca.Issue(request)
			if err != nil {
				return err
			}
			if err := pair.Write(l.PKI(), name); err != nil {
				return err
			}
		}
	}
	for name, request := range clients {
		pair, err := ca.Issue(request)
		if err != nil {
			return err
		}
		content := pki.Kubeconfig(layout.APIServer, layout.NodeName, ca.Cert, pair)
		if err := os.WriteFile(kubeconfig(l, name), content, 0o600); err != nil {
			return err
		}
		if name == "admin" {
			if err := pair.Write(l.PKI(), name); err != nil {
				return err
			}
		}
	}
	key, err := pki.NewKey()
	if err != nil {
		return err
	}
	encoded, err := pki.EncodeKey(key)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(l.PKI(), "service-account.key"), encoded, 0o600)
}

func kubeconfig(l layout.Layout, name string) string {
	return filepath.Join(l.Config(), name+".kubeconfig")
}
