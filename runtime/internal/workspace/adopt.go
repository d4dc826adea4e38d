package workspace

import (
	"errors"
	"io/fs"
	"os"
)

// Adopt runs change and, for each of the named files that was godevd's (or absent) before, notes what change made of it
// as written by godevd: a go.mod completed for the developer is not an edit by the developer. Change may take its time:
// the workspace is not locked meanwhile.
func Adopt(dir string, names []string, change func() error) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	adopted, err := begin(dir, root, names)
	if err != nil {
		return err
	}
	failed := change()
	return errors.Join(failed, end(dir, root, adopted))
}

// begin returns those of the named files that are godevd's, absent, or just being adopted by somebody else, whose change
// may be half done; none in the user's own claim.
func begin(dir string, root *os.Root, names []string) ([]string, error) {
	g := lock(dir)
	defer g.Unlock()
	m, err := readManifest(root)
	if err != nil || m.Files == nil {
		return nil, err
	}
	a := &applier{root: root, known: m}
	var found []string
	for _, name := range names {
		ours, err := a.ours(name)
		if g.adopting[name] > 0 || errors.Is(err, fs.ErrNotExist) || err == nil && ours {
			found = append(found, name)
			g.adopting[name]++
		}
	}
	return found, nil
}

// end puts what the files are now into the manifest, as that is now.
func end(dir string, root *os.Root, names []string) error {
	g := lock(dir)
	defer g.Unlock()
	for _, name := range names {
		g.adopting[name]--
	}
	m, err := readManifest(root)
	if err != nil || m.Files == nil {
		return err
	}
	a := &applier{root: root, known: m}
	changed := false
	for _, name := range names {
		hash, err := a.hash(name)
		if err == nil && hash != "" && !m.wrote(name, hash) {
			m.Files[name] = append(m.Files[name], hash)
			changed = true
		}
	}
	if !changed {
		return nil
	}
	return writeManifest(root, m)
}
