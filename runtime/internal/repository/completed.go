package repository

import (
	"encoding/json"
	"errors"
	"os"
	"path"
	"path/filepath"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// completedName is in git's folder, beside the state: a completion and a look at the repository may go on at once.
const completedName = "godev-completed.json"

// completion is a go.mod or go.sum as the go command completed it for the developer.
type completion struct {
	// Of is the blob of the commit that was completed, zeros if the commit has no such file. With another commit's the
	// completion is none.
	Of string `json:"of"`
	// As is the blob that it became.
	As string `json:"as"`
}

// completions are by path in the clone.
type completions map[string]completion

func readCompletions(root *os.Root) completions {
	all := completions{}
	content, err := root.ReadFile(path.Join(gitFolder, completedName))
	if err != nil || json.Unmarshal(content, &all) != nil {
		return completions{} // then such files are the developer's, which loses nothing
	}
	return all
}

// of returns the blobs that are as good as those of the tree.
func (c completions) of(files tree) map[string]string {
	valid := map[string]string{}
	for name, one := range c {
		if one.Of == files[name].hash.String() {
			valid[name] = one.As
		}
	}
	return valid
}

// Adopt runs change and, for each of the named files in dir that was as the clone's commit has it before, notes what
// change made of it: a go.mod completed for the developer is no edit of the developer's, and does not keep the clone
// from following its repository. Without a clone of godevd's around dir it only runs change.
func Adopt(dir string, names []string, change func() error) error {
	top := clonedAround(dir)
	if top == "" {
		return change()
	}
	root, err := os.OpenRoot(top)
	if err != nil {
		return err
	}
	defer root.Close()
	below, err := filepath.Rel(top, dir)
	if err != nil {
		return err
	}
	before := map[string]string{}
	for _, name := range names {
		name = path.Join(filepath.ToSlash(below), name)
		if of, ours := unedited(root, top, name); ours {
			before[name] = of
		}
	}
	failed := change()
	all, changed := readCompletions(root), false
	for name, of := range before {
		found, err := readEntry(root, name)
		next := completion{Of: of, As: found.hash.String()}
		if err == nil && found.mode == filemode.Regular && next.As != of && all[name] != next {
			all[name], changed = next, true
		}
	}
	if !changed {
		return failed
	}
	content, err := json.MarshalIndent(all, "", " ")
	if err == nil {
		err = writeFile(root, path.Join(gitFolder, completedName), append(content, '\n'))
	}
	return errors.Join(failed, err)
}

// clonedAround returns the folder of the clone that dir is in, "" if there is none.
func clonedAround(dir string) string {
	for parent := filepath.Clean(dir); ; parent = filepath.Dir(parent) {
		if _, err := os.Stat(filepath.Join(parent, gitFolder, stateName)); err == nil {
			return parent
		}
		if parent == filepath.Dir(parent) {
			return ""
		}
	}
}

// unedited reports whether the file is as in the commit, or as it was completed before, and returns the commit's blob.
func unedited(root *os.Root, top, name string) (of string, ours bool) {
	g := &getter{Config: Config{Workspace: top}, root: root}
	commit, err := headCommit(g.store(gitFolder))
	if err != nil {
		return "", false
	}
	files, err := commit.Tree()
	if err != nil {
		return "", false
	}
	var was plumbing.Hash
	switch entry, err := files.FindEntry(name); {
	case err == nil:
		was = entry.Hash
	case !errors.Is(err, object.ErrEntryNotFound) && !errors.Is(err, object.ErrDirectoryNotFound):
		return "", false
	}
	of = was.String()
	found, err := readEntry(root, name)
	if absent(err) {
		return of, was.IsZero()
	}
	if err != nil || found.mode != filemode.Regular {
		return "", false
	}
	known := readCompletions(root)[name]
	return of, found.hash == was || known.Of == of && known.As == found.hash.String()
}
