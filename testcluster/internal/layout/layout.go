// Package layout says where the test cluster keeps things, and which names and addresses are its own.
package layout

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Names and addresses by which everything of the cluster is recognised, also after a killed run.
const (
	NodeName   = "docker-desktop" // as Docker Desktop names its node
	NodeBridge = "godev0"
	NodeIP     = "10.232.0.1" // not loopback: kubelet refuses a loopback node address
	PodNetwork = "godev-testcluster"
	PodBridge  = "godev-pods"
	PodCIDR    = "10.232.1.0/24"
	Cgroup     = "godev-testcluster"

	ServiceCIDR  = "10.233.0.0/16"
	APIServiceIP = "10.233.0.1"
	DNSServiceIP = "10.233.0.10"
	Domain       = "cluster.local"
)

// APIServer is the URL at which the machine and the pods reach the API server.
const APIServer = "https://" + NodeIP + ":6443"

// Layout is the set of folders: State lives as long as the cluster, Cache outlives it.
type Layout struct {
	State string
	Cache string
}

// Default returns the machine's layout. There is one cluster on a machine, so State is fixed; the cache is
// $GODEV_CACHE, else $XDG_CACHE_HOME/godev-operator, else ~/.cache/godev-operator.
func Default() (Layout, error) {
	cache := os.Getenv("GODEV_CACHE")
	if cache == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return Layout{}, fmt.Errorf("no cache folder: set GODEV_CACHE: %w", err)
		}
		cache = filepath.Join(dir, "godev-operator")
	}
	cache, err := filepath.Abs(cache)
	if err != nil {
		return Layout{}, err
	}
	return Layout{State: "/var/lib/godev-testcluster", Cache: cache}, nil
}

func (l Layout) Bin() string        { return filepath.Join(l.State, "bin") }
func (l Layout) Logs() string       { return filepath.Join(l.State, "log") }
func (l Layout) Run() string        { return filepath.Join(l.State, "run") }
func (l Layout) PKI() string        { return filepath.Join(l.State, "pki") }
func (l Layout) Config() string     { return filepath.Join(l.State, "etc") }
func (l Layout) Volumes() string    { return filepath.Join(l.State, "volumes") }
func (l Layout) Kubeconfig() string { return filepath.Join(l.Config(), "admin.kubeconfig") }
func (l Layout) AuditLog() string   { return filepath.Join(l.State, "audit.log") }

// ContainerdState holds containerd's sockets, the pods' running state and their network namespaces.
func (l Layout) ContainerdState() string { return filepath.Join(l.State, "containerd") }

// ContainerdRoot holds the images' content. It is in the cache, so that a second start imports nothing.
func (l Layout) ContainerdRoot() string { return filepath.Join(l.Cache, "containerd") }

func (l Layout) ContainerdSocket() string {
	return filepath.Join(l.ContainerdState(), "containerd.sock")
}

// Source returns the folder of the testcluster module, found from the working directory upwards.
func Source() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		for _, candidate := range []string{dir, filepath.Join(dir, "testcluster")} {
			if _, err := os.Stat(filepath.Join(candidate, "tools", "kubernetes", "go.mod")); err == nil {
				return candidate, nil
			}
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("the folder testcluster was not found: run this inside a checkout of godev-operator")
		}
	}
}
