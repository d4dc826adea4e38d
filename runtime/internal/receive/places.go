package receive

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
)

// places answers and makes the folders of paths. Nothing is ever reached through a link, not even one that stays in the
// workspace.
type places struct {
	root *os.Root
	// folders are known to be real; forgotten with each batch
	folders map[string]bool
}

func newPlaces(root *os.Root) *places { return &places{root: root, folders: map[string]bool{}} }

func (p *places) forget() { clear(p.folders) }

// blocking returns the first folder of the path that is there and no folder, such as a link; "" if there is none.
func (p *places) blocking(name string) string {
	dir := path.Dir(name)
	if dir == "." || p.folders[dir] {
		return ""
	}
	for i, r := range dir + "/" {
		if r != '/' || p.folders[dir[:i]] {
			continue
		}
		info, err := p.root.Lstat(dir[:i])
		if err != nil {
			return "" // nothing below it either
		}
		if !info.IsDir() {
			return dir[:i]
		}
		p.folders[dir[:i]] = true
	}
	return ""
}

// makeParents makes the folders of a path of which none is blocked.
func (p *places) makeParents(name string) error {
	dir := path.Dir(name)
	if dir == "." || p.folders[dir] {
		return nil
	}
	if err := p.root.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for ; dir != "."; dir = path.Dir(dir) {
		p.folders[dir] = true
	}
	return nil
}

// aside moves what is in the place to a free name beside it.
func (p *places) aside(name string) (Move, error) {
	to := name + ".saved"
	for n := 1; ; n++ {
		if _, err := p.root.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			break
		} else if err != nil {
			return Move{}, err
		}
		to = name + ".saved" + strconv.Itoa(n)
	}
	p.gone(name)
	return Move{name, to}, p.root.Rename(name, to)
}

func (p *places) remove(name string) error {
	p.gone(name)
	return p.root.Remove(name)
}

func (p *places) gone(name string) {
	for folder := range p.folders {
		if folder == name || strings.HasPrefix(folder, name+"/") {
			delete(p.folders, folder)
		}
	}
}
