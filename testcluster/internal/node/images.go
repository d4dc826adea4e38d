package node

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"godev.io/testcluster/internal/cache"
	"godev.io/testcluster/internal/cri"
	"godev.io/testcluster/internal/image"
	"godev.io/testcluster/internal/layout"
	"godev.io/testcluster/internal/recipe"
)

// Imported remembers what containerd has, by image name. It lies in containerd's root, and so goes when that goes.
type imported map[string]string

func importedFile(l layout.Layout) string { return filepath.Join(l.ContainerdRoot(), "imported.json") }

func readImported(l layout.Layout) (imported, error) {
	content, err := os.ReadFile(importedFile(l))
	if errors.Is(err, fs.ErrNotExist) {
		return imported{}, nil
	}
	if err != nil {
		return nil, err
	}
	var known imported
	return known, json.Unmarshal(content, &known)
}

// remember notes that containerd has what key stands for under these names.
func remember(l layout.Layout, key string, names ...string) error {
	unlock, err := cache.Lock(importedFile(l) + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	known, err := readImported(l)
	if err != nil {
		return err
	}
	for _, name := range names {
		known[name] = key
	}
	content, err := json.Marshal(known)
	if err != nil {
		return err
	}
	temp := importedFile(l) + ".part"
	if err := os.WriteFile(temp, content, 0o644); err != nil {
		return err
	}
	return os.Rename(temp, importedFile(l))
}

// Import brings an image into containerd, unless it is there already. It says whether it had to.
func Import(ctx context.Context, l layout.Layout, i image.Image) (did bool, err error) {
	id, err := i.ID()
	if err != nil {
		return false, err
	}
	known, err := readImported(l)
	if err != nil {
		return false, err
	}
	there := true
	for _, name := range i.Names {
		there = there && known[name] == id
	}
	if there {
		return false, nil
	}
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(i.Write(writer)) }()
	if err := Ctr(ctx, l, func(c *exec.Cmd) { c.Stdin = reader }, "images", "import", "-"); err != nil {
		reader.CloseWithError(err)
		return false, err
	}
	return true, remember(l, id, i.Names...)
}

// Load brings a docker-archive file into containerd, unless that very file is there already.
func Load(ctx context.Context, l layout.Layout, file string) (did bool, err error) {
	names, id, err := image.Describe(file)
	if err != nil {
		return false, err
	}
	known, err := readImported(l)
	if err != nil {
		return false, err
	}
	there := true
	for _, name := range names {
		there = there && known[name] == id
	}
	if there {
		return false, nil
	}
	if err := Ctr(ctx, l, nil, "images", "import", file); err != nil {
		return false, err
	}
	return true, remember(l, id, names...)
}

// RemoveLoaded removes the images that did not come with the cluster.
func RemoveLoaded(ctx context.Context, l layout.Layout) error {
	client, err := cri.Dial(l.ContainerdSocket())
	if err != nil {
		return err
	}
	defer client.Close()
	removed, err := client.RemoveImages(ctx, recipe.IsClusterImage)
	if len(removed) == 0 {
		return err
	}
	return errors.Join(err, remember(l, "", removed...))
}

// RemovePods removes all pods from containerd: those of a running cluster, or what a killed run left.
func RemovePods(ctx context.Context, l layout.Layout) error {
	client, err := cri.Dial(l.ContainerdSocket())
	if err != nil {
		return err
	}
	defer client.Close()
	_, err = client.RemovePods(ctx)
	return err
}
