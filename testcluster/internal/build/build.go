// Package build makes the cluster's programs from their source modules, once per pinned version, into the cache.
package build

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"godev.io/testcluster/internal/cache"
)

// Module is a folder whose go.mod and go.sum pin what is built from it.
type Module struct {
	Name     string
	Folder   string            // relative to the source; "" for tools/NAME
	Packages map[string]string // program name → import path, or "." for the module's own main
	Links    func(version func(module string) (string, error)) ([]string, error)
}

// recipe is raised when the way of building changes, so that what an older way built is not taken for the same.
const recipe = "2"

// Modules are all the programs that the cluster needs.
var Modules = []Module{
	{
		Name: "kubernetes",
		Packages: map[string]string{
			"kube-apiserver":          "k8s.io/kubernetes/cmd/kube-apiserver",
			"kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
			"kube-proxy":              "k8s.io/kubernetes/cmd/kube-proxy",
			"kube-scheduler":          "k8s.io/kubernetes/cmd/kube-scheduler",
			"kubectl":                 "k8s.io/kubernetes/cmd/kubectl",
			"kubelet":                 "k8s.io/kubernetes/cmd/kubelet",
		},
		Links: kubernetesVersion,
	},
	{Name: "etcd", Packages: map[string]string{"etcd": "go.etcd.io/etcd/server/v3"}},
	{Name: "coredns", Packages: map[string]string{"coredns": "."}},
	{Name: "hostpath", Packages: map[string]string{"hostpath": "."}},
}

// kwok plays nodes and pods; the cluster runs real ones and does not need it.
var kwok = Module{Name: "kwok", Packages: map[string]string{"kwok": "sigs.k8s.io/kwok/cmd/kwok"}}

// helm checks and installs the operator's chart in the tests.
var helm = Module{
	Name:     "helm",
	Packages: map[string]string{"helm": "helm.sh/helm/v3/cmd/helm"},
	Links:    helmsKubernetes,
}

// Named returns the module of a name, one of the cluster's or one that only benches and tests use.
func Named(name string) (Module, error) {
	for _, m := range append([]Module{kwok, helm}, Modules...) {
		if m.Name == name {
			return m, nil
		}
	}
	return Module{}, fmt.Errorf("no module %q below tools/", name)
}

// Delve is the debugger in the runtime's image. Its source is the Go module of godevd.
var Delve = Module{Name: "delve", Folder: "delve", Packages: map[string]string{"dlv": "github.com/go-delve/delve/cmd/dlv"}}

// kubernetesVersion stamps the programs with the version of the module, as Kubernetes' own build does; without it
// kubelet reports v0.0.0 and clients refuse the server.
func kubernetesVersion(version func(string) (string, error)) ([]string, error) {
	v, err := version("k8s.io/kubernetes")
	if err != nil {
		return nil, err
	}
	part := strings.Split(strings.TrimPrefix(v, "v"), ".")
	if len(part) < 3 {
		return nil, fmt.Errorf("k8s.io/kubernetes: odd version %q", v)
	}
	var links []string
	// The second is what clients put into their user agent.
	for _, pkg := range []string{"k8s.io/component-base/version.", "k8s.io/client-go/pkg/version."} {
		links = append(links, "-X", pkg+"gitVersion="+v, "-X", pkg+"gitMajor="+part[0], "-X", pkg+"gitMinor="+part[1])
	}
	return links, nil
}

// helmsKubernetes says for which Kubernetes helm renders without a cluster, as helm's own build does; else it is 1.20.
func helmsKubernetes(version func(string) (string, error)) ([]string, error) {
	v, err := version("k8s.io/client-go")
	if err != nil {
		return nil, err
	}
	part := strings.Split(strings.TrimPrefix(v, "v"), ".")
	if len(part) < 3 {
		return nil, fmt.Errorf("k8s.io/client-go: odd version %q", v)
	}
	var links []string
	for _, pkg := range []string{"helm.sh/helm/v3/pkg/lint/rules.", "helm.sh/helm/v3/pkg/chartutil."} {
		links = append(links, "-X", pkg+"k8sVersionMajor=1", "-X", pkg+"k8sVersionMinor="+part[1])
	}
	return links, nil
}

// Dir returns the folder in the cache that holds, or will hold, the module's programs.
func (m Module) Dir(ctx context.Context, source, cacheDir string) (string, error) {
	version, err := GoEnv(ctx, "GOVERSION")
	if err != nil {
		return "", err
	}
	folder := m.folder(source)
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return "", err
	}
	files = append(files, filepath.Join(folder, "go.mod"), filepath.Join(folder, "go.sum"))
	slices.Sort(files)
	key, err := cache.Key(files, recipe, version, runtime.GOARCH)
	return filepath.Join(cacheDir, "programs", m.Name+"-"+key), err
}

func (m Module) folder(source string) string {
	if m.Folder != "" {
		return filepath.Join(source, m.Folder)
	}
	return filepath.Join(source, "tools", m.Name)
}

// Build fills the module's folder in the cache, unless it is full.
func (m Module) Build(ctx context.Context, source, dir string) error {
	return cache.Once(dir, func(temp string) error {
		folder := m.folder(source)
		links := []string{"-s", "-w"}
		if m.Links != nil {
			more, err := m.Links(func(module string) (string, error) {
				return output(ctx, folder, "go", "list", "-m", "-f", "{{.Version}}", module)
			})
			if err != nil {
				return err
			}
			links = append(links, more...)
		}
		if err := os.MkdirAll(temp, 0o755); err != nil {
			return err
		}
		for program, pkg := range m.Packages {
			if err := Go(ctx, folder, filepath.Join(temp, program), pkg, strings.Join(links, " ")); err != nil {
				return err
			}
		}
		return nil
	})
}

// Go builds one static program from a package of the module in folder.
func Go(ctx context.Context, folder, out, pkg, ldflags string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", ldflags, "-o", out, pkg)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOFLAGS=", "GOWORK=off")
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s in %s: %w\n%s", pkg, folder, err, text)
	}
	return nil
}

// GoEnv returns one value of `go env`.
func GoEnv(ctx context.Context, name string) (string, error) {
	return output(ctx, "", "go", "env", name)
}

func output(ctx context.Context, dir, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w %s", program, strings.Join(args, " "), err, stderr.String())
	}
	return strings.TrimSpace(string(out)), nil
}
