package recipe

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"godev.io/testcluster/internal/build"
	"godev.io/testcluster/internal/cache"
	"godev.io/testcluster/internal/debian"
	"godev.io/testcluster/internal/image"
)

// registry is where the product's images are named; nothing is fetched from there.
const registry = "ghcr.io/godev-operator/"

// user is the uid and gid of both images. They match the operator's default for environments.
const user = "1000:3000"

// ProductOptions say what to make images of. An empty folder leaves its image out.
type ProductOptions struct {
	Runtime  string // the Go module that has cmd/godevd
	Operator string // Quarkus' target/quarkus-app
	Tag      string
	Out      string
}

// Made is an image archive, its size, and whether the file was already what it is to be.
type Made struct {
	File      string
	Bytes     int64
	Unchanged bool
}

// Products makes the images of the runtime and of the operator.
func (k Kitchen) Products(ctx context.Context, o ProductOptions) ([]Made, error) {
	var made []Made
	for _, p := range []struct {
		name   string
		folder string
		make   func(ctx context.Context, folder, name string) (image.Image, error)
	}{
		{"godev-runtime", o.Runtime, k.runtime},
		{"godev-operator", o.Operator, k.operator},
	} {
		if p.folder == "" {
			continue
		}
		i, err := p.make(ctx, p.folder, registry+p.name+":"+o.Tag)
		if err != nil {
			return made, fmt.Errorf("image %s: %w", p.name, err)
		}
		m, err := save(i, filepath.Join(o.Out, p.name+"-"+o.Tag+".tar"))
		if err != nil {
			return made, err
		}
		made = append(made, m)
	}
	return made, nil
}

// save writes an image, unless the file holds that very image.
func save(i image.Image, file string) (Made, error) {
	id, err := i.ID()
	if err != nil {
		return Made{}, err
	}
	if names, there, err := image.Describe(file); err == nil && there == id && strings.Join(names, " ") == strings.Join(i.Names, " ") {
		info, err := os.Stat(file)
		if err != nil {
			return Made{}, err
		}
		return Made{file, info.Size(), true}, nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return Made{}, err
	}
	temp := file + ".part"
	f, err := os.Create(temp)
	if err != nil {
		return Made{}, err
	}
	defer f.Close()
	if err := i.Write(f); err != nil {
		return Made{}, err
	}
	info, err := f.Stat()
	if err := errors.Join(err, f.Close()); err != nil {
		return Made{}, err
	}
	return Made{File: file, Bytes: info.Size()}, os.Rename(temp, file)
}

func (k Kitchen) runtime(ctx context.Context, folder, name string) (image.Image, error) {
	debugger, err := k.debugger(ctx, folder)
	if err != nil {
		return image.Image{}, err
	}
	var layer image.Layer
	err = temporary(ctx, func(dir string) (err error) {
		program := filepath.Join(dir, "godevd")
		if err = build.Go(ctx, folder, program, "./cmd/godevd", "-s -w"); err != nil {
			return err
		}
		layer, err = k.programLayer("godevd", program, "/godevd")
		return err
	})
	i := scratch(name, "/godevd", layer)
	// it changes seldom, and comes first
	i.Layers = []image.Layer{debugger, layer}
	i.Config.User = user
	return i, err
}

// debugger is a layer with dlv, which is built once for each version of it and of Go.
func (k Kitchen) debugger(ctx context.Context, folder string) (image.Layer, error) {
	dir, err := build.Delve.Dir(ctx, folder, k.Cache)
	if err != nil {
		return image.Layer{}, err
	}
	if err := build.Delve.Build(ctx, folder, dir); err != nil {
		return image.Layer{}, err
	}
	return k.programLayer("dlv", filepath.Join(dir, "dlv"), "/dlv")
}

// jvmFiles are the packages whose libraries a Java virtual machine without a desktop links to.
var jvmFiles = debian.RootFS{Variant: "extract", Packages: []string{"base-files", "libc6", "libgcc-s1", "libstdc++6", "zlib1g"}}

func (k Kitchen) operator(ctx context.Context, folder, name string) (image.Image, error) {
	if _, err := os.Stat(filepath.Join(folder, "quarkus-run.jar")); err != nil {
		return image.Image{}, fmt.Errorf("build the operator first: %w", err)
	}
	key, err := cache.Key(nil, jvmFiles.Recipe())
	if err != nil {
		return image.Image{}, err
	}
	base, err := k.layer("jvm-base", key, func(path string) error { return jvmFiles.Make(ctx, path) })
	if err != nil {
		return image.Image{}, err
	}
	java, err := k.java(ctx)
	if err != nil {
		return image.Image{}, err
	}
	certificates, err := k.certificates()
	if err != nil {
		return image.Image{}, err
	}
	// The libraries seldom change, the rest at each build: two layers.
	libraries, err := k.folderLayer("operator-lib", folder, func(rel string) bool { return !strings.HasPrefix(rel, "lib") })
	if err != nil {
		return image.Image{}, err
	}
	rest, err := k.folderLayer("operator-app", folder, func(rel string) bool { return rel == "lib" })
	if err != nil {
		return image.Image{}, err
	}
	trained, err := k.trained(ctx, java, libraries, rest)
	if err != nil {
		return image.Image{}, err
	}
	return image.Image{
		Names: []string{name},
		Config: image.Config{
			User: user,
			Env:  []string{"PATH=/opt/java/bin:/usr/bin:/bin", "JAVA_HOME=/opt/java", "LANG=C.UTF-8"},
			Entrypoint: []string{
				"/opt/java/bin/java", "@/app/jvm.options", "-XX:AOTCache=/app/app.aot", "-jar", "/app/quarkus-run.jar",
			},
			WorkingDir: "/app",
		},
		Layers: []image.Layer{base, certificates, java, libraries, rest, trained},
	}, nil
}

// trained is a layer with the ahead-of-time cache of the operator's start, and the options it was made with.
func (k Kitchen) trained(ctx context.Context, java, libraries, rest image.Layer) (image.Layer, error) {
	docker := filepath.Join(filepath.Dir(k.Source), "src", "main", "docker")
	options, train := filepath.Join(docker, "jvm.options"), filepath.Join(docker, "train.sh")
	key, err := cache.Key([]string{options, train}, java.DiffID, libraries.DiffID, rest.DiffID)
	if err != nil {
		return image.Layer{}, err
	}
	return k.layer("operator-aot", key, func(path string) error {
		return temporary(ctx, func(root string) error {
			// The cache holds the files' times, so it is made of what the layers give.
			for _, l := range []image.Layer{java, libraries, rest} {
				if err := command(ctx, "tar", "--extract", "--file", l.Path, "--directory", root); err != nil {
					return err
				}
			}
			app := filepath.Join(root, "app")
			if err := command(ctx, "cp", options, app); err != nil {
				return err
			}
			if err := command(ctx, "sh", train, filepath.Join(root, "opt", "java", "bin", "java"), app); err != nil {
				return err
			}
			return image.WriteLayer(path, func(t *image.Tree) error {
				return errors.Join(
					t.File("app/jvm.options", options, 0o644),
					t.File("app/app.aot", filepath.Join(app, "app.aot"), 0o644))
			})
		})
	})
}

// folderLayer is a layer of the folder at /app, keyed by the content of its files.
func (k Kitchen) folderLayer(name, folder string, skip func(rel string) bool) (image.Layer, error) {
	var words []string
	err := filepath.WalkDir(folder, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(folder, file)
		if err != nil || rel == "." {
			return err
		}
		switch {
		case skip(rel) && d.IsDir():
			return fs.SkipDir
		case skip(rel) || !d.Type().IsRegular():
			return nil
		}
		digest, err := cache.FileDigest(file)
		words = append(words, rel+" "+digest)
		return err
	})
	if err != nil {
		return image.Layer{}, err
	}
	key, err := cache.Key(nil, words...)
	if err != nil {
		return image.Layer{}, err
	}
	return k.layer(name, key, func(path string) error {
		return image.WriteLayer(path, func(t *image.Tree) error { return t.Copy("app", folder, skip) })
	})
}
