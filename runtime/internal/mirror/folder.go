package mirror

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"godev.io/runtime/internal/watch"
	"godev.io/runtime/internal/workspace"
)

// file is what a walk sees of a file.
type file struct {
	size int64
	time time.Time
	// hash is empty until the file was read
	hash string
}

// walk returns the regular files of the folder. Links are left out: where they lead is not in the workspace.
func (m *Mirror) walk() (map[string]file, error) {
	started := time.Now()
	defer func() { m.walked = time.Since(started) }()
	seen := map[string]file{}
	err := filepath.WalkDir(m.from, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path != m.from {
			return nil // it went while it was walked
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(m.from, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		switch {
		case name == ".":
			return nil
		case name == ".git", name == workspace.Folder:
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !entry.Type().IsRegular(), watch.IsTemporary(entry.Name()):
			return nil
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			seen[name] = file{size: info.Size(), time: info.ModTime()}
		}
		return err
	})
	if err != nil {
		return nil, &unread{err}
	}
	return seen, nil
}

// content is that of a file of the folder, with errors that tell it from the workspace.
func (m *Mirror) content(name string) workspace.Content {
	open := workspace.File(filepath.Join(m.from, filepath.FromSlash(name)))
	return func() (io.ReadCloser, error) {
		opened, err := open()
		if err != nil {
			return nil, &unread{err}
		}
		return opened, nil
	}
}

func identityOf(seen map[string]file) string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		fmt.Fprintf(sum, "%q %d %d\n", name, seen[name].size, seen[name].time.UnixNano())
	}
	return hex.EncodeToString(sum.Sum(nil))
}
