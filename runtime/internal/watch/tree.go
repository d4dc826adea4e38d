package watch

import (
	"errors"
	"hash/maphash"
	"io"
	"os"
	"path"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// racy: a file system's clock may be this coarse, and a second change within it leaves the times as they are
	racy = 2 * time.Second
	// the clock of files lags behind that of processes by a tick of the kernel
	lag = 20 * time.Millisecond
	// a file that is larger is not read: a new time alone is a change
	largest = 64 << 20
)

// tree is what the files that count were like when they were last looked at.
type tree struct {
	root    string
	rules   rules
	files   map[string]*file
	folders map[string]*folder
	seed    maphash.Seed
	round   int
}

// stamp is what stat says about a file: as long as it is the same, so is the file, unless it was changed just now.
type stamp struct {
	size, modified, changed int64
	inode                   uint64
}

type file struct {
	stamp  stamp
	seen   time.Time
	hash   uint64
	hashed bool
	round  int // the last scan that met it
}

type folder struct {
	stamp          stamp
	seen           time.Time
	files, folders []string
}

func newTree(root string, rules rules) *tree {
	return &tree{root: root, rules: rules, files: map[string]*file{}, folders: map[string]*folder{}, seed: maphash.MakeSeed()}
}

func (s stamp) touched() time.Time { return time.Unix(0, max(s.modified, s.changed)) }

// fresh reports whether the thing was changed so shortly before it was seen that the next change might not show.
func (s stamp) fresh(seen time.Time) bool { return seen.Sub(s.touched()) < racy }

// sight is what stat says: there is false if it fails, kind is a type of file.
type sight struct {
	stamp
	kind  uint32
	there bool
}

func (s sight) file() bool { return s.there && s.kind == unix.S_IFREG }

func (t *tree) stat(name string) sight { return statAt(unix.AT_FDCWD, t.path(name)) }

// statAt follows symbolic links. It is given an open folder where there are many files to ask for: the kernel then has
// short paths to go.
func statAt(folder int, name string) sight {
	var found unix.Stat_t
	for {
		err := unix.Fstatat(folder, name, &found, 0)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		return sight{stamp{found.Size, found.Mtim.Nano(), found.Ctim.Nano(), found.Ino}, found.Mode & unix.S_IFMT, err == nil}
	}
}

func (t *tree) path(name string) string {
	if name == "." {
		return t.root
	}
	return t.root + "/" + name
}

// look compares the file with what it was, and reports whether its content changed, it is new or it is gone.
// With force the times are not trusted.
func (t *tree) look(name string, force bool) bool { return t.compare(name, t.stat(name), force) }

func (t *tree) compare(name string, found sight, force bool) bool {
	old := t.files[name]
	if !found.file() || old == nil && !t.rules.file(name) {
		delete(t.files, name)
		return old != nil
	}
	if old != nil && old.stamp == found.stamp && !force && !found.fresh(old.seen) {
		return false
	}
	seen := &file{stamp: found.stamp, seen: time.Now(), round: t.round}
	seen.hash, seen.hashed = t.hash(name, found.stamp)
	t.files[name] = seen
	switch {
	case old == nil:
		return true
	case old.hashed && seen.hashed:
		return old.hash != seen.hash
	}
	return old.stamp != seen.stamp
}

// hash reads the file; false if it is too large or cannot be read.
func (t *tree) hash(name string, found stamp) (uint64, bool) {
	if found.size > largest {
		return 0, false
	}
	content, err := os.Open(t.path(name))
	if err != nil {
		return 0, false
	}
	defer content.Close()
	var hash maphash.Hash
	hash.SetSeed(t.seed)
	if _, err := io.Copy(&hash, content); err != nil {
		return 0, false
	}
	return hash.Sum64(), true
}

// scan looks at everything and returns the names of the files that changed. Unless whole, a folder is read only if its
// own times changed.
func (t *tree) scan(whole bool) []string {
	var changed []string
	t.round++
	t.walk(".", whole, func(name string, found sight) {
		if t.compare(name, found, false) {
			changed = append(changed, name)
		}
		if file := t.files[name]; file != nil {
			file.round = t.round
		}
	})
	for name, file := range t.files {
		if file.round != t.round {
			delete(t.files, name)
			changed = append(changed, name)
		}
	}
	return changed
}

// walk calls visit with each file that counts in the folder and below.
func (t *tree) walk(name string, whole bool, visit func(string, sight)) {
	open, err := unix.Open(t.path(name), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		delete(t.folders, name)
		return
	}
	below := t.visit(name, open, whole, visit)
	_ = unix.Close(open)
	for _, folder := range below {
		t.walk(folder, whole, visit)
	}
}

// visit calls visit with the files of one folder, and returns the folders in it.
func (t *tree) visit(name string, open int, whole bool, visit func(string, sight)) []string {
	known := t.folders[name]
	now := time.Now()
	found := statAt(open, ".")
	if known == nil || whole || known.stamp != found.stamp || found.fresh(known.seen) {
		known = t.read(name)
		known.stamp, known.seen = found.stamp, now
		t.folders[name] = known
	}
	base := len(name) + 1
	if name == "." {
		base = 0
	}
	for _, file := range known.files {
		visit(file, statAt(open, file[base:]))
	}
	return known.folders
}

func (t *tree) read(name string) *folder {
	read := &folder{}
	entries, _ := os.ReadDir(t.path(name)) // of a folder that is gone there are none
	for _, entry := range entries {
		below := path.Join(name, entry.Name())
		switch {
		case entry.IsDir():
			if t.rules.folder(below) {
				read.folders = append(read.folders, below)
			}
		case t.rules.file(below): // also by a symbolic link, as the go command does it
			read.files = append(read.files, below)
		}
	}
	return read
}

// remember takes what is not known yet as it is, and returns those files that were touched at since or later.
func (t *tree) remember(since time.Time) []string {
	var touched []string
	t.walk(".", true, func(name string, found sight) {
		if t.files[name] != nil || !found.file() {
			return
		}
		known := &file{stamp: found.stamp, seen: time.Now()}
		if found.fresh(known.seen) {
			known.hash, known.hashed = t.hash(name, found.stamp)
		}
		t.files[name] = known
		if !since.IsZero() && !found.touched().Add(lag).Before(since) {
			touched = append(touched, name)
		}
	})
	return touched
}

// unread lists the files whose content is not known, which remember leaves for later.
func (t *tree) unread() []string {
	var names []string
	for name, file := range t.files {
		if !file.hashed && file.stamp.size <= largest {
			names = append(names, name)
		}
	}
	return names
}

// learn reads a file's content if it is still as it was when it was remembered.
func (t *tree) learn(name string) {
	known := t.files[name]
	if known == nil || known.hashed {
		return
	}
	hash, ok := t.hash(name, known.stamp)
	if found := t.stat(name); ok && found.there && found.stamp == known.stamp {
		known.hash, known.hashed = hash, true
	}
}

// forget drops the files and folders that no longer count.
func (t *tree) forget() {
	clear(t.folders)
	for name := range t.files {
		if !t.rules.file(name) {
			delete(t.files, name)
		}
	}
}

// inFlux reports whether the file is gone or empty, as between the two steps of a save.
func (t *tree) inFlux(name string) bool {
	found := t.stat(name)
	return !found.there || found.file() && found.size == 0
}

// below returns the files that are known in the folder and below it.
func (t *tree) below(name string) []string {
	var names []string
	for file := range t.files {
		if name == "." || strings.HasPrefix(file, name+"/") {
			names = append(names, file)
		}
	}
	return names
}
