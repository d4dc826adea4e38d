// Package recipe says what is in each image of the test cluster.
package recipe

import (
	"context"
	"os"
	"path/filepath"

	"godev.io/testcluster/internal/cache"
	"godev.io/testcluster/internal/image"
)

// Kitchen is where images are made: the checkout's testcluster folder and the cache.
type Kitchen struct {
	Source string
	Cache  string
}

// layer makes a layer once per key. fill writes a tar to the path it gets.
func (k Kitchen) layer(name, key string, fill func(path string) error) (image.Layer, error) {
	path := filepath.Join(k.Cache, "layers", name+"-"+key+".tar")
	if err := cache.Once(path, fill); err != nil {
		return image.Layer{}, err
	}
	return image.Existing(path)
}

// programLayer is a layer that holds one static program.
func (k Kitchen) programLayer(name, program, target string) (image.Layer, error) {
	digest, err := cache.FileDigest(program)
	if err != nil {
		return image.Layer{}, err
	}
	return k.layer(name, digest[:16], func(path string) error {
		return image.WriteLayer(path, func(t *image.Tree) error { return t.File(target, program, 0o755) })
	})
}

const caBundle = "/etc/ssl/certs/ca-certificates.crt"

// certificates is a layer with the machine's CA bundle, as a company's base image carries its company's.
func (k Kitchen) certificates() (image.Layer, error) {
	digest, err := cache.FileDigest(caBundle)
	if err != nil {
		return image.Layer{}, err
	}
	return k.layer("certificates", digest[:16], func(path string) error {
		return image.WriteLayer(path, func(t *image.Tree) error { return t.File(caBundle, caBundle, 0o644) })
	})
}

// scratch is an image of one program and nothing else.
func scratch(name, target string, layer image.Layer) image.Image {
	return image.Image{
		Names:  []string{name},
		Config: image.Config{Entrypoint: []string{target}, Env: []string{"PATH=/"}},
		Layers: []image.Layer{layer},
	}
}

// temporary runs use with a folder that is removed afterwards.
func temporary(ctx context.Context, use func(dir string) error) error {
	dir, err := os.MkdirTemp("", "testcluster-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return use(dir)
}
