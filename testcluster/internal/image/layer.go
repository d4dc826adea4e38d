// Package image writes container images as docker-archive tars: no daemon and no registry is needed.
package image

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"godev.io/testcluster/internal/cache"
)

// Layer is an uncompressed tar in the cache and its digest.
type Layer struct {
	Path   string
	DiffID string // SHA-256 of the tar, in hex
}

// Existing returns the layer that a finished tar is. Its digest is kept beside it, for the largest takes seconds to hash.
func Existing(path string) (Layer, error) {
	note := path + ".sha256"
	if err := cache.Once(note, func(temp string) error {
		digest, err := cache.FileDigest(path)
		if err != nil {
			return err
		}
		return os.WriteFile(temp, []byte(digest), 0o644)
	}); err != nil {
		return Layer{}, err
	}
	digest, err := os.ReadFile(note)
	return Layer{Path: path, DiffID: string(digest)}, err
}

// epoch is every entry's time, so that the same files always make the same layer.
var epoch = time.Unix(0, 0)

// Tree writes a layer entry by entry. All entries belong to root and have one fixed time.
type Tree struct {
	w    *tar.Writer
	dirs map[string]bool
}

// WriteLayer makes a layer tar at a path.
func WriteLayer(path string, fill func(*Tree) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	t := &Tree{w: tar.NewWriter(f), dirs: map[string]bool{".": true}}
	if err := fill(t); err != nil {
		return err
	}
	if err := t.w.Close(); err != nil {
		return err
	}
	return f.Close()
}

// Dir adds a folder and its parents.
func (t *Tree) Dir(name string, mode int64) error {
	name = clean(name)
	if t.dirs[name] {
		return nil
	}
	if err := t.parents(name); err != nil {
		return err
	}
	t.dirs[name] = true
	return t.w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: mode, ModTime: epoch})
}

func (t *Tree) parents(name string) error {
	if parent := path.Dir(name); parent != "." {
		return t.Dir(parent, 0o755)
	}
	return nil
}

// Bytes adds a file with the given content.
func (t *Tree) Bytes(name string, mode int64, content []byte) error {
	return t.stream(name, mode, int64(len(content)), strings.NewReader(string(content)))
}

// File adds a copy of a file of the machine.
func (t *Tree) File(name, source string, mode int64) error {
	f, err := os.Open(source)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return t.stream(name, mode, info.Size(), f)
}

func (t *Tree) stream(name string, mode, size int64, content io.Reader) error {
	name = clean(name)
	if err := t.parents(name); err != nil {
		return err
	}
	if err := t.w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode, Size: size, ModTime: epoch}); err != nil {
		return err
	}
	_, err := io.Copy(t.w, content)
	return err
}

// Copy adds a folder of the machine with all that is in it, but for what skip names (paths relative to source).
func (t *Tree) Copy(name, source string, skip func(rel string) bool) error {
	// WalkDir goes in lexical order: the layer is the same whatever the file system's order.
	return filepath.WalkDir(source, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(source, file)
		if err != nil {
			return err
		}
		if rel != "." && skip != nil && skip(rel) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		target := path.Join(name, filepath.ToSlash(rel))
		mode := int64(info.Mode().Perm())
		switch {
		case d.IsDir():
			return t.Dir(target, mode)
		case d.Type()&fs.ModeSymlink != 0:
			link, err := os.Readlink(file)
			if err != nil {
				return err
			}
			return t.w.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: clean(target), Linkname: link, Mode: 0o777, ModTime: epoch})
		case d.Type().IsRegular():
			return t.File(target, file, mode)
		default:
			return fmt.Errorf("%s: a %s cannot go into a layer", file, d.Type())
		}
	})
}

func clean(name string) string { return strings.TrimPrefix(path.Clean("/"+name), "/") }

// digest returns the SHA-256 of a byte slice, in hex.
func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
