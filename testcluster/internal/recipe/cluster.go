package recipe

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"godev.io/testcluster/internal/build"
	"godev.io/testcluster/internal/cache"
	"godev.io/testcluster/internal/debian"
	"godev.io/testcluster/internal/image"
)

// Names of the images that only this cluster uses.
const (
	PauseImage   = "godev.local/pause:1"
	CoreDNSImage = "godev.local/coredns:1"
)

// Pause returns the image of a pod's sandbox.
func (k Kitchen) Pause(ctx context.Context) (image.Image, error) {
	var layer image.Layer
	err := temporary(ctx, func(dir string) (err error) {
		program := filepath.Join(dir, "pause")
		if err = build.Go(ctx, k.Source, program, "./cmd/pause", "-s -w"); err != nil {
			return err
		}
		layer, err = k.programLayer("pause", program, "/pause")
		return err
	})
	return scratch(PauseImage, "/pause", layer), err
}

// CoreDNS returns the image of the cluster's DNS server, from the program in the folder.
func (k Kitchen) CoreDNS(dir string) (image.Image, error) {
	layer, err := k.programLayer("coredns", filepath.Join(dir, "coredns"), "/coredns")
	return scratch(CoreDNSImage, "/coredns", layer), err
}

// golangFiles are the packages of the official image that a developer's shell and cgo are likely to need.
var golangFiles = debian.RootFS{
	Variant:  "essential",
	Packages: []string{"ca-certificates", "curl", "gcc", "git", "libc6-dev", "make", "pkg-config", "procps"},
}

// Golang returns the image that stands in for the official Go image: the same paths and environment, from Debian's
// packages and the machine's own Go.
func (k Kitchen) Golang(ctx context.Context) (image.Image, error) {
	key, err := cache.Key(nil, golangFiles.Recipe())
	if err != nil {
		return image.Image{}, err
	}
	base, err := k.layer("golang-base", key, func(path string) error { return golangFiles.Make(ctx, path) })
	if err != nil {
		return image.Image{}, err
	}
	version, err := build.GoEnv(ctx, "GOVERSION")
	if err != nil {
		return image.Image{}, err
	}
	root, err := build.GoEnv(ctx, "GOROOT")
	if err != nil {
		return image.Image{}, err
	}
	if key, err = cache.Key([]string{filepath.Join(root, "VERSION")}, "1", root); err != nil {
		return image.Image{}, err
	}
	toolchain, err := k.layer("golang-"+version, key, func(path string) error {
		return image.WriteLayer(path, func(t *image.Tree) error {
			for _, dir := range []string{"go", "go/bin", "go/src"} {
				if err := t.Dir(dir, 0o1777); err != nil {
					return err
				}
			}
			return t.Copy("usr/local/go", root, nil)
		})
	})
	if err != nil {
		return image.Image{}, err
	}
	certificates, err := k.certificates()
	if err != nil {
		return image.Image{}, err
	}
	names, err := golangNames(version)
	return image.Image{
		Names: names,
		Config: image.Config{
			Env: []string{
				"PATH=/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
				"GOLANG_VERSION=" + version[len("go"):],
				"GOTOOLCHAIN=local",
				"GOPATH=/go",
			},
			Cmd:        []string{"bash"},
			WorkingDir: "/go",
		},
		Layers: []image.Layer{base, toolchain, certificates},
	}, err
}

var goVersion = regexp.MustCompile(`^go(\d+\.\d+)(\.|rc|beta|$)`)

// golangNames returns the names of the Go image: the one that the operator uses by default, and the one of the minor
// version that the machine has.
func golangNames(version string) ([]string, error) {
	m := goVersion.FindStringSubmatch(version)
	if m == nil {
		return nil, fmt.Errorf("odd Go version %q", version)
	}
	const usual = "1.26"
	names := []string{"docker.io/library/golang:" + usual + "-" + debian.Suite}
	if m[1] != usual {
		names = append(names, "docker.io/library/golang:"+m[1]+"-"+debian.Suite)
	}
	return names, nil
}

// IsClusterImage tells whether an image is made by the start of the cluster, rather than loaded into it later.
func IsClusterImage(name string) bool {
	return strings.HasPrefix(name, "godev.local/") || strings.HasPrefix(name, "docker.io/library/golang:")
}
