package repository

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"syscall"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/index"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"godev.io/runtime/internal/termination"
)

// folders are where a repository is, relative to the workspace.
type folders struct {
	// git is git's own folder, tree that of the files, "." for the workspace.
	git, tree string
}

func (f folders) file(name string) string { return path.Join(f.tree, name) }

// ownLock is what godevd's lock of the index holds, so that one that a killed run left is not taken for git's.
const ownLock = "godevd\n"

// lockIndex takes the lock that git takes.
func lockIndex(root *os.Root, dir folders) error {
	lock, marked := path.Join(dir.git, "index.lock"), path.Join(dir.git, "godev.lock")
	if err := writeFile(root, marked, []byte(ownLock)); err != nil {
		return err
	}
	// as a link, so that it is never there without its mark
	err := root.Link(marked, lock)
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrPermission) {
		err = createMarked(root, lock) // a file system without links
	}
	if errors.Is(err, fs.ErrExist) {
		err = termination.Failuref(termination.LocalEdits, "spec.source.git: git works in the workspace just now, or did when it was killed: "+
			"the file %s is there. If no git runs, remove it.", dir.file(".git/index.lock"))
	}
	return errors.Join(err, root.Remove(marked))
}

func createMarked(root *os.Root, lock string) error {
	file, err := root.OpenFile(lock, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = file.WriteString(ownLock)
	if err = errors.Join(err, file.Close()); err != nil {
		err = errors.Join(err, root.Remove(lock))
	}
	return err
}

// unlockIndex gives the lock up.
func unlockIndex(root *os.Root, dir folders) error {
	if err := root.Remove(path.Join(dir.git, "index.lock")); err != nil && !absent(err) {
		return err
	}
	return nil
}

// unlockOwnIndex gives the lock up if a killed run of godevd's left it.
func unlockOwnIndex(root *os.Root, dir folders) error {
	content, err := root.ReadFile(path.Join(dir.git, "index.lock"))
	if err != nil || string(content) != ownLock {
		return nil // git's
	}
	return unlockIndex(root, dir)
}

// writeIndex makes the tree the index, with what the files are like now, and gives up the lock. Files that are not as
// in the tree get no times, so that git looks at them.
func writeIndex(root *os.Root, dir folders, files tree, differ map[string]bool) error {
	next := &index.Index{Version: 2}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		one := &index.Entry{Name: name, Hash: files[name].hash, Mode: files[name].mode}
		if info, err := root.Lstat(dir.file(name)); err == nil && !differ[name] && fits(info.Mode(), one.Mode) {
			stat(one, info)
		}
		next.Entries = append(next.Entries, one)
	}
	lock := path.Join(dir.git, "index.lock")
	file, err := root.OpenFile(lock, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(file)
	err = index.NewEncoder(buffered).Encode(next)
	if err := errors.Join(err, buffered.Flush(), file.Sync(), file.Close()); err != nil {
		return err
	}
	return root.Rename(lock, path.Join(dir.git, "index"))
}

func fits(mode fs.FileMode, want filemode.FileMode) bool {
	switch want {
	case filemode.Submodule:
		return mode.IsDir()
	case filemode.Symlink:
		return mode&fs.ModeSymlink != 0
	}
	return mode.IsRegular()
}

func stat(one *index.Entry, info fs.FileInfo) {
	one.ModifiedAt, one.Size = info.ModTime(), uint32(info.Size())
	if sys, ok := info.Sys().(*syscall.Stat_t); ok {
		one.CreatedAt = time.Unix(sys.Ctim.Unix())
		one.Dev, one.Inode, one.UID, one.GID = uint32(sys.Dev), uint32(sys.Ino), sys.Uid, sys.Gid
	}
	if one.Mode == filemode.Submodule {
		one.Size = 0
	}
}

// edits returns what differs from the head: paths of files that are changed, removed, or put into the index.
func edits(root *os.Root, dir folders, store *filesystem.Storage, head tree, completed map[string]string) ([]string, error) {
	current, err := store.Index()
	if err != nil {
		return nil, err
	}
	indexed := time.Time{}
	if info, err := root.Stat(path.Join(dir.git, "index")); err == nil {
		indexed = info.ModTime()
	}
	differ := map[string]bool{}
	seen := map[string]bool{}
	for _, one := range current.Entries {
		seen[one.Name] = true
		want, there := head[one.Name]
		if !there || want.hash != one.Hash || want.mode != one.Mode || one.Stage != 0 {
			differ[one.Name] = true
			continue
		}
		if one.Mode == filemode.Submodule {
			continue // looked at by itself
		}
		info, err := root.Lstat(dir.file(one.Name))
		if err == nil && untouched(one, info, indexed) {
			continue
		}
		found, err := readEntry(root, dir.file(one.Name))
		if err != nil && !absent(err) {
			return nil, err
		}
		if found != want && (completed[one.Name] == "" || completed[one.Name] != found.hash.String()) {
			differ[one.Name] = true
		}
	}
	for name := range head {
		if !seen[name] {
			differ[name] = true
		}
	}
	return slices.Sorted(maps.Keys(differ)), nil
}

// untouched is git's own rule: times and size are those of the index, and older than it.
func untouched(one *index.Entry, info fs.FileInfo, indexed time.Time) bool {
	return info.Mode().IsRegular() && one.Mode != filemode.Symlink && uint32(info.Size()) == one.Size &&
		info.ModTime().Equal(one.ModifiedAt) && one.ModifiedAt.Before(indexed) && executable(info.Mode()) == (one.Mode == filemode.Executable)
}

func executable(mode fs.FileMode) bool { return mode&0o100 != 0 }

// readEntry returns what git would make of the file. A folder, and what cannot be reached, is an entry that no tree of
// files has.
func readEntry(root *os.Root, name string) (entry, error) {
	info, err := root.Lstat(name)
	switch {
	case absent(err):
		return entry{}, err
	case err != nil:
		return entry{}, nil // a link leads out of the workspace, or a folder is closed
	case info.Mode()&fs.ModeSymlink != 0:
		to, err := root.Readlink(name)
		return entry{filemode.Symlink, plumbing.ComputeHash(plumbing.BlobObject, []byte(to))}, err
	case info.IsDir():
		return entry{mode: filemode.Dir}, nil
	case !info.Mode().IsRegular():
		return entry{}, nil
	}
	file, err := root.Open(name)
	if err != nil {
		return entry{}, err
	}
	defer file.Close()
	hasher := plumbing.NewHasher(plumbing.BlobObject, info.Size())
	if _, err := io.Copy(hasher, file); err != nil {
		return entry{}, err
	}
	mode := filemode.Regular
	if executable(info.Mode()) {
		mode = filemode.Executable
	}
	return entry{mode, hasher.Sum()}, nil
}

// absent reports whether there is nothing at a path.
func absent(err error) bool { return errors.Is(err, fs.ErrNotExist) || notFolder(err) }

func notFolder(err error) bool { return errors.Is(err, syscall.ENOTDIR) }
