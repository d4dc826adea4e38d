package repository

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"

	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// put writes the entry to a path that is free, in a folder that is there.
func put(root *os.Root, store storer.EncodedObjectStorer, one entry, to string) error {
	switch one.mode {
	case filemode.Submodule:
		return root.MkdirAll(to, 0o755)
	case filemode.Symlink:
		target, err := readLink(store, one.hash)
		if err != nil {
			return err
		}
		return root.Symlink(target, to)
	}
	blob, err := object.GetBlob(store, one.hash)
	if err != nil {
		return err
	}
	from, err := blob.Reader()
	if err != nil {
		return err
	}
	defer from.Close()
	mode := fs.FileMode(0o644)
	if one.mode == filemode.Executable {
		mode = 0o755
	}
	file, err := root.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, from)
	return errors.Join(err, file.Close())
}

// fill writes the tree into an empty folder.
func (t tree) fill(root *os.Root, store storer.EncodedObjectStorer, dir string) error {
	made := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(t)) {
		to := path.Join(dir, name)
		if parent := path.Dir(to); !made[parent] {
			if err := root.MkdirAll(parent, 0o755); err != nil {
				return err
			}
			made[parent] = true
		}
		if err := put(root, store, t[name], to); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
	}
	return nil
}

// update brings the files of one tree to another. What is neither is the developer's, and stays.
type update struct {
	root     *os.Root
	dir      folders
	store    storer.EncodedObjectStorer
	from, to tree
	// completed are hashes of files that the go command completed, as good as those in from
	completed map[string]string
	// step is called before each change; tests stop there
	step func()
}

// changed are the paths whose entry differs, in order.
func (u *update) changed() (gone, written []string) {
	for name := range u.from {
		if _, stays := u.to[name]; !stays {
			gone = append(gone, name)
		}
	}
	for name, one := range u.to {
		if u.from[name] != one {
			written = append(written, name)
		}
	}
	slices.Sort(gone)
	slices.Sort(written)
	return gone, written
}

// obstacles are paths at which something of the developer's is in the way.
func (u *update) obstacles() []string {
	gone, written := u.changed()
	found := map[string]bool{}
	for _, name := range slices.Concat(gone, written) {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			info, err := u.root.Lstat(u.dir.file(dir))
			if _, ours := u.from[dir]; !ours && err == nil && !info.IsDir() {
				found[dir] = true
			}
		}
	}
	for _, name := range written {
		if _, ours := u.from[name]; ours {
			continue
		}
		info, err := u.root.Lstat(u.dir.file(name))
		switch {
		case err != nil:
		case info.IsDir() && u.to[name].mode != filemode.Submodule:
			u.strangers(name, gone, found)
		case !info.IsDir() && !u.is(name, u.to[name]) && !u.ours(name):
			found[name] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// strangers notes the files below a folder that will not be gone.
func (u *update) strangers(dir string, gone []string, found map[string]bool) {
	folder, err := u.root.Open(u.dir.file(dir))
	if err != nil {
		return
	}
	defer folder.Close()
	entries, _ := folder.ReadDir(-1)
	for _, one := range entries {
		name := path.Join(dir, one.Name())
		if one.IsDir() {
			u.strangers(name, gone, found)
		} else if _, known := slices.BinarySearch(gone, name); !known {
			found[name] = true
		}
	}
}

// is reports whether the entry is what is at the path.
func (u *update) is(name string, want entry) bool {
	found, err := readEntry(u.root, u.dir.file(name))
	return err == nil && found == want
}

// ours reports whether what is at the path may be replaced: it is as it was before, or there is nothing.
func (u *update) ours(name string) bool {
	found, err := readEntry(u.root, u.dir.file(name))
	was, known := u.from[name]
	switch {
	case err != nil:
		return absent(err)
	case u.completed[name] != "" && u.completed[name] == found.hash.String():
		return true
	case !known:
		return found.mode == filemode.Dir // an empty one: Rename refuses others
	case was.mode == filemode.Submodule:
		return found.mode == filemode.Dir
	}
	return found == was
}

func (u *update) changing() {
	if u.step != nil {
		u.step()
	}
}

// apply changes the files, and returns the paths at which the developer's stayed. All new ones are written before the
// first is moved in, so that whoever watches sees one change.
func (u *update) apply() (map[string]bool, error) {
	scratch := path.Join(u.dir.git, staging)
	if err := u.root.RemoveAll(scratch); err != nil {
		return nil, err
	}
	if err := u.root.MkdirAll(scratch, 0o755); err != nil {
		return nil, err
	}
	gone, written := u.changed()
	staged := map[string]string{}
	for i, name := range written {
		if u.is(name, u.to[name]) {
			continue
		}
		if u.to[name].mode == filemode.Submodule {
			continue
		}
		staged[name] = path.Join(scratch, strconv.Itoa(i))
		u.changing()
		if err := put(u.root, u.store, u.to[name], staged[name]); err != nil {
			return nil, fmt.Errorf("writing %s: %w", name, err)
		}
	}
	kept := map[string]bool{}
	for _, name := range gone {
		if err := u.remove(name, kept); err != nil {
			return kept, err
		}
	}
	for _, name := range written {
		if err := u.move(name, staged[name], kept); err != nil {
			return kept, fmt.Errorf("writing %s: %w", name, err)
		}
	}
	return kept, u.root.RemoveAll(scratch)
}

func (u *update) remove(name string, kept map[string]bool) error {
	if u.from[name].mode == filemode.Submodule {
		return nil // its files may be the developer's: it becomes a folder that git does not know
	}
	if !u.ours(name) {
		kept[name] = true
		return nil
	}
	u.changing()
	if err := u.root.Remove(u.dir.file(name)); err != nil && !absent(err) {
		return err
	}
	removeParents(u.root, u.dir, name)
	return nil
}

// removeParents removes the folders of a file that is gone, as far as they are empty.
func removeParents(root *os.Root, dir folders, name string) {
	for parent := path.Dir(name); parent != "."; parent = path.Dir(parent) {
		info, err := root.Lstat(dir.file(parent))
		if err != nil || !info.IsDir() || root.Remove(dir.file(parent)) != nil {
			return // a file of another commit may be in its place
		}
	}
}

func (u *update) move(name, staged string, kept map[string]bool) error {
	to := u.dir.file(name)
	switch {
	case u.to[name].mode == filemode.Submodule:
		if u.root.MkdirAll(to, 0o755) != nil {
			kept[name] = true
		}
		return nil
	case staged == "":
		return nil
	case !u.ours(name):
		kept[name] = true
		return nil
	}
	u.changing()
	if err := u.root.MkdirAll(path.Dir(to), 0o755); err != nil {
		kept[name] = true // a file of the developer's is in the place of a folder
		return nil
	}
	if info, err := u.root.Lstat(to); err == nil && info.IsDir() && u.root.Remove(to) != nil {
		kept[name] = true
		return nil
	}
	return u.root.Rename(staged, to)
}
