package repository

import (
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"

	"godev.io/runtime/internal/termination"
)

// entry is a file, a link or a submodule of a tree.
type entry struct {
	mode filemode.FileMode
	hash plumbing.Hash
}

// tree is what a commit holds, by path.
type tree map[string]entry

// Bounds of a tree: beyond them it was made to fill a disk.
const (
	mostEntries = 1_000_000
	longestLink = 4096
)

// readTree reads the tree of the commit, and refuses one that cannot be a workspace. top says that it is the
// repository's own, not a submodule's.
func readTree(store storer.EncodedObjectStorer, commit *object.Commit, top bool) (tree, error) {
	all := tree{}
	if err := all.read(store, commit.TreeHash, "", top); err != nil {
		return nil, err
	}
	return all, all.checkLinks(store)
}

func (t tree) read(store storer.EncodedObjectStorer, hash plumbing.Hash, prefix string, top bool) error {
	folder, err := object.GetTree(store, hash)
	if err != nil {
		return err
	}
	for _, one := range folder.Entries {
		name := path.Join(prefix, one.Name)
		if strings.ContainsAny(one.Name, "/\\") {
			return invalidTree(fmt.Errorf("%s is a name with a slash", shown(one.Name)))
		}
		if err := checkName(one.Name); err != nil {
			return invalidTree(err)
		}
		if err := checkPath(name); err != nil {
			return invalidTree(err)
		}
		if err := checkTop(name); top && err != nil {
			return invalidTree(err)
		}
		if _, twice := t[name]; twice || len(t) >= mostEntries {
			return invalidTree(fmt.Errorf("%s is there twice, or there are more than %d files", shown(name), mostEntries))
		}
		switch one.Mode {
		case filemode.Dir:
			if err := t.read(store, one.Hash, name, top); err != nil {
				return err
			}
		case filemode.Regular, filemode.Deprecated:
			t[name] = entry{filemode.Regular, one.Hash}
		case filemode.Executable, filemode.Symlink, filemode.Submodule:
			t[name] = entry{one.Mode, one.Hash}
		default:
			return invalidTree(fmt.Errorf("%s is no file, folder, link or submodule", shown(name)))
		}
	}
	return nil
}

func invalidTree(err error) error {
	return termination.Failuref(termination.SourceInvalid, "spec.source.git.url: the repository is refused: %w.", err)
}

// checkLinks refuses links that lead out of the workspace, or to git's own folder.
func (t tree) checkLinks(store storer.EncodedObjectStorer) error {
	links := map[string]string{}
	for name, one := range t {
		if one.mode != filemode.Symlink {
			continue
		}
		to, err := readLink(store, one.hash)
		if err != nil {
			return err
		}
		links[name] = to
	}
	for name := range links {
		steps := 0
		if _, inside := follow(links, nil, name, &steps); !inside {
			return invalidTree(fmt.Errorf("the link %s leads to %s, which is outside of it", shown(name), shown(links[name])))
		}
	}
	return nil
}

func readLink(store storer.EncodedObjectStorer, hash plumbing.Hash) (string, error) {
	blob, err := object.GetBlob(store, hash)
	if err != nil {
		return "", err
	}
	reader, err := blob.Reader()
	if err != nil {
		return "", err
	}
	defer reader.Close()
	to, err := io.ReadAll(io.LimitReader(reader, longestLink+1))
	if err == nil && (len(to) == 0 || len(to) > longestLink || strings.ContainsRune(string(to), 0)) {
		return "", invalidTree(fmt.Errorf("a link leads to %s", shown(string(to))))
	}
	return string(to), err
}

// follow walks the path from the folder at, as the kernel does, and reports where it ends and whether that is inside
// the tree. A link in a circle is inside: the kernel follows it nowhere.
func follow(links map[string]string, at []string, name string, steps *int) ([]string, bool) {
	if strings.HasPrefix(name, "/") {
		return nil, false
	}
	for _, part := range strings.Split(name, "/") {
		switch {
		case part == "" || part == ".":
		case part == "..":
			if len(at) == 0 {
				return nil, false
			}
			at = at[:len(at)-1]
		case isDotGit(part):
			return nil, false
		default:
			here := append(at[:len(at):len(at)], part)
			to, link := links[strings.Join(here, "/")]
			if !link {
				at = here
				continue
			}
			if *steps++; *steps > 40 {
				return at, true
			}
			var inside bool
			if at, inside = follow(links, at, to, steps); !inside {
				return nil, false
			}
		}
	}
	return at, true
}
