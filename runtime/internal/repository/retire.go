package repository

import (
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"golang.org/x/sys/unix"

	"godev.io/runtime/internal/workspace"
)

// retire takes away what an earlier source left in the workspace. What the developer changed is kept beside, and what
// he added stays.
func (g *getter) retire() error {
	report, err := workspace.Clear(g.Workspace)
	for _, move := range report.Saved {
		g.log("your %s is kept as %s, the source changed", move.From, move.To)
	}
	if err != nil {
		return err
	}
	state, err := readState(g.root)
	if err != nil || state.URL == "" {
		return err
	}
	g.log("the workspace was a clone of %s, its unchanged files are removed", state.URL)
	return g.retireClone(state)
}

func (g *getter) retireClone(state state) error {
	dir := folders{git: gitFolder, tree: "."}
	store := g.store(gitFolder)
	files, err := headTree(store)
	if err != nil {
		// damaged, or of the developer's making: all of it is kept
		g.log("the clone cannot be read (%v), so all its files are kept", err)
		return g.save(gitFolder)
	}
	completed := readCompletions(g.root).of(files)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := g.retireFile(dir, name, files[name], completed[name]); err != nil {
			return err
		}
	}
	for name, hash := range completed {
		// a go.sum that the repository does not have
		if _, tracked := files[name]; tracked || !g.holds(name, hash) {
			continue
		}
		g.changing()
		if err := g.root.Remove(name); err != nil {
			return err
		}
	}
	if own, err := hasOwnCommits(store, state); own || err != nil {
		g.log("it has commits that were not pushed")
		return g.save(gitFolder)
	}
	// at once, so that a killed run does not leave half of it
	if err := g.root.RemoveAll(making); err != nil {
		return err
	}
	if err := g.root.MkdirAll(workspace.Folder, 0o755); err != nil {
		return err
	}
	g.changing()
	if err := g.root.Rename(gitFolder, making); err != nil {
		return err
	}
	return g.root.RemoveAll(making)
}

func (g *getter) retireFile(dir folders, name string, want entry, completed string) error {
	found, err := readEntry(g.root, dir.file(name))
	switch {
	case absent(err), err == nil && found.mode == filemode.Dir:
		return nil
	case err != nil:
		return err
	case found != want && found.hash.String() != completed:
		return g.save(name)
	}
	g.changing()
	if err := g.root.Remove(name); err != nil {
		return err
	}
	removeParents(g.root, dir, name)
	return nil
}

func (g *getter) holds(name, hash string) bool {
	found, err := readEntry(g.root, name)
	return err == nil && found.hash.String() == hash
}

// hasOwnCommits reports whether some local branch, or the stash, has a commit that did not come from the server.
func hasOwnCommits(store *filesystem.Storage, state state) (bool, error) {
	all, err := store.IterReferences()
	if err != nil {
		return false, err
	}
	known := map[plumbing.Hash]bool{plumbing.NewHash(state.Commit): true, plumbing.NewHash(state.Next): true}
	var local []plumbing.Hash
	err = all.ForEach(func(ref *plumbing.Reference) error {
		switch name := ref.Name(); {
		case ref.Type() != plumbing.HashReference:
		case name.IsBranch(), name == plumbing.HEAD, name == "refs/stash":
			local = append(local, ref.Hash())
		default:
			known[ref.Hash()] = true
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	for _, hash := range local {
		if !known[hash] && !reaches(store, known, hash) {
			return true, nil
		}
	}
	return false, nil
}

// Retire makes room for a source of another kind where the workspace is a clone.
func Retire(log func(string), dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	state, err := readState(root)
	if err != nil || state.URL == "" {
		return err
	}
	g := &getter{Config: Config{Workspace: dir, Log: lines(log)}, root: root}
	return g.retireClone(state)
}

type lines func(string)

func (l lines) Write(p []byte) (int, error) {
	l(string(p))
	return len(p), nil
}

func syncfs(dir *os.File) error {
	if err := unix.Syncfs(int(dir.Fd())); err != nil {
		return fmt.Errorf("syncfs: %w", err)
	}
	return nil
}
