package workspace

import (
	"errors"
	"io/fs"
	"os"
)

// Adopt runs change and, for each of the named files that was godevd's (or absent) before, notes what change made of it
// as written by godevd: a go.mod completed for the developer is not an edit by the developer.
func Adopt(dir string, names []string, change func() error) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	m, err := readManifest(root)
	if err != nil {
		return err
	}
	if m.Files == nil {
		return change() // the user's own claim: nothing to note
	}
	a := &applier{root: root, known: m}
	var adopted []string
	for _, name := range names {
		ours, err := a.ours(name)
		if errors.Is(err, fs.ErrNotExist) || err == nil && ours {
			adopted = append(adopted, name)
		}
	}
	failed := change()
	changed := false
	for _, name := range adopted {
		hash, err := a.hash(name)
		if err == nil && hash != "" && !m.wrote(name, hash) {
			m.Files[name] = append(m.Files[name], hash)
			changed = true
		}
	}
	if changed {
		return errors.Join(failed, writeManifest(root, m))
	}
	return failed
}
