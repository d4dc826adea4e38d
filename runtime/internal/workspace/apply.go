package workspace

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// Report says what Apply did.
type Report struct {
	// Written and Removed count files.
	Written, Removed int
	// Saved lists the developer's files that were moved, by their old and new path.
	Saved []Move
}

// Move is a file of the developer's that got out of the way.
type Move struct{ From, To string }

// Apply makes the workspace at dir hold the source. See the package's comment for what it keeps.
func Apply(dir string, source Source) (Report, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Report{}, err
	}
	defer root.Close()
	g := lock(dir)
	defer g.Unlock()
	a := &applier{root: root, source: source, adopting: g.adopting}
	return a.report, a.apply()
}

// Clear removes what an earlier source brought, as Apply does with a source that has no file, and forgets it.
func Clear(dir string) (Report, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Report{}, err
	}
	defer root.Close()
	g := lock(dir)
	defer g.Unlock()
	if _, err := root.Lstat(manifestName); errors.Is(err, fs.ErrNotExist) {
		return Report{}, nil
	}
	a := &applier{root: root, adopting: g.adopting}
	if err := a.apply(); err != nil {
		return a.report, err
	}
	return a.report, root.Remove(manifestName)
}

type applier struct {
	root   *os.Root
	source Source
	known  manifest
	report Report
	// adopting has a number for each file that somebody who adopts it is changing
	adopting map[string]int
	// step is called before each change of the workspace; tests stop there
	step func()
}

func (a *applier) apply() error {
	var err error
	if a.known, err = readManifest(a.root); err != nil {
		return err
	}
	next, err := a.source.hashes()
	if err != nil {
		return err
	}
	// what a killed run left
	a.changing()
	if err := a.root.RemoveAll(scratch); err != nil {
		return err
	}
	a.known = a.known.expecting(next)
	a.changing()
	if err := writeManifest(a.root, a.known); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(a.known.Files)) {
		if _, stays := next[name]; !stays {
			if err := a.remove(name); err != nil {
				return fmt.Errorf("removing %s: %w", name, err)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(next)) {
		written, err := a.write(name, next[name])
		if err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
		next[name] = written
	}
	if err := syncAll(a.root); err != nil {
		return err
	}
	done := manifest{}.expecting(next)
	done.Source = a.source.Identity
	a.changing()
	return writeManifest(a.root, done)
}

func (a *applier) changing() {
	if a.step != nil {
		a.step()
	}
}

func (a *applier) remove(name string) error {
	if a.notFolder(path.Dir(name)) != "" {
		return nil // the developer put something in the place of its folder
	}
	if info, err := a.root.Lstat(name); err == nil && info.IsDir() {
		return nil // the developer's, or made for a file of the new source
	}
	switch ours, err := a.ours(name); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case !ours:
		if err := a.save(name); err != nil {
			return err
		}
	default:
		a.changing()
		if err := a.root.Remove(name); err != nil {
			return err
		}
		a.report.Removed++
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if a.root.Remove(dir) != nil { // not empty, or not there
			break
		}
	}
	return nil
}

// write makes the file what the source has, and returns the hash of that: another one if the source is being written to.
func (a *applier) write(name, hash string) (string, error) {
	if err := a.makeParents(name); err != nil {
		return "", err
	}
	current, err := a.hash(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return "", err
	case current == hash:
		return hash, nil
	case !a.wrote(name, current):
		if err := a.save(name); err != nil {
			return "", err
		}
	}
	a.changing()
	temporary := scratch + "/file"
	written, err := a.copy(name, temporary)
	if err != nil {
		return "", err
	}
	if !a.known.wrote(name, written) {
		a.known.Files[name] = append(a.known.Files[name], written)
		a.changing()
		if err := writeManifest(a.root, a.known); err != nil {
			return "", err
		}
	}
	a.changing()
	a.report.Written++
	return written, a.root.Rename(temporary, name)
}

// copy returns the SHA-256 of what it copied.
func (a *applier) copy(name, to string) (string, error) {
	from, err := a.source.Files[name]()
	if err != nil {
		return "", err
	}
	defer from.Close()
	file, err := a.root.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(file, sum), from)
	return hex.EncodeToString(sum.Sum(nil)), errors.Join(err, file.Close())
}

// makeParents makes the folders of a file. A file or link in their place is the developer's, and is saved.
func (a *applier) makeParents(name string) error {
	dir := path.Dir(name)
	if blocking := a.notFolder(dir); blocking != "" {
		if err := a.save(blocking); err != nil {
			return err
		}
	}
	return a.root.MkdirAll(dir, 0o755)
}

// notFolder returns the first part of dir that is there and no folder, such as a link; "" if there is none.
func (a *applier) notFolder(dir string) string {
	for i, r := range dir + "/" {
		if r != '/' {
			continue
		}
		if info, err := a.root.Lstat(dir[:i]); err == nil && !info.IsDir() {
			return dir[:i]
		}
	}
	return ""
}

func (a *applier) save(name string) error {
	a.changing()
	move, err := Save(a.root, name)
	if err == nil {
		a.report.Saved = append(a.report.Saved, move)
	}
	return err
}

// Save moves the file, link or folder to a free name beside it.
func Save(root *os.Root, name string) (Move, error) {
	to := name + ".saved"
	for n := 1; ; n++ {
		if _, err := root.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			break
		} else if err != nil {
			return Move{}, err
		}
		to = name + ".saved" + strconv.Itoa(n)
	}
	return Move{name, to}, root.Rename(name, to)
}

func (a *applier) ours(name string) (bool, error) {
	hash, err := a.hash(name)
	return a.wrote(name, hash), err
}

func (a *applier) wrote(name, hash string) bool {
	return a.known.wrote(name, hash) || hash != "" && a.adopting[name] > 0
}

// hash returns the SHA-256 of the regular file, "" for anything else in its place.
func (a *applier) hash(name string) (string, error) {
	info, err := a.root.Lstat(name)
	if errors.Is(err, unix.ENOTDIR) {
		return "", fs.ErrNotExist // a file where its folder was
	}
	if err != nil || !info.Mode().IsRegular() {
		return "", err
	}
	sum, err := Content(func() (io.ReadCloser, error) { return a.root.Open(name) }).Hash()
	if errors.Is(err, fs.ErrPermission) {
		return "", nil // godevd writes no such file
	}
	return sum, err
}

// syncAll makes what was written survive a power cut before the manifest says it is there.
func syncAll(root *os.Root) error {
	dir, err := root.Open(".")
	if err != nil {
		return err
	}
	defer dir.Close()
	return unix.Syncfs(int(dir.Fd()))
}
