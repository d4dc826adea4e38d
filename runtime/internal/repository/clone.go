package repository

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"time"

	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"godev.io/runtime/internal/workspace"
)

// Folders of a first clone. It is made in the first and is whole when it is in the second.
const (
	making = workspace.Folder + "/making"
	made   = workspace.Folder + "/clone"
	// within both
	madeGit  = "git"
	madeTree = "tree"
)

func (g *getter) clone(ctx context.Context) (Result, error) {
	started := time.Now()
	g.log("cloning %s", g.URL)
	if err := g.root.RemoveAll(making); err != nil {
		return Result{}, err
	}
	if err := g.root.MkdirAll(making+"/"+madeTree, 0o755); err != nil {
		return Result{}, err
	}
	if err := g.root.MkdirAll(making+"/"+madeGit, 0o755); err != nil {
		return Result{}, err
	}
	server := g.server()
	all, err := server.list(ctx)
	if err != nil {
		return Result{}, err
	}
	target, err := all.find(g.Ref)
	if err != nil {
		return Result{}, err
	}
	dir := making + "/" + madeGit
	store := g.store(dir)
	if err := initialize(store, g.URL, target.branch(), g.Depth); err != nil {
		return Result{}, err
	}
	commit, err := server.fetch(ctx, store, target, all)
	if err != nil {
		return Result{}, err
	}
	files, err := readTree(store, commit, true)
	if err != nil {
		return Result{}, err
	}
	at := spot{folders{dir, making + "/" + madeTree}, folders{gitFolder, "."}}
	if err := g.fetchModules(ctx, at.now, store, files, g.URL, 0); err != nil {
		return Result{}, err
	}
	if err := files.fill(g.root, store, at.now.tree); err != nil {
		return Result{}, err
	}
	if err := g.placeModules(at, store, files, g.URL); err != nil {
		return Result{}, err
	}
	if err := setHead(store, target.branch(), commit.Hash); err != nil {
		return Result{}, err
	}
	// what the runtime keeps beside the files is nothing to commit
	if err := g.root.MkdirAll(dir+"/info", 0o755); err != nil {
		return Result{}, err
	}
	if err := writeFile(g.root, dir+"/info/exclude", []byte("/"+workspace.Folder+"/\n")); err != nil {
		return Result{}, err
	}
	state := state{URL: g.URL, Ref: g.Ref, Branch: target.branch(), Commit: commit.Hash.String()}
	if err := state.write(g.root, dir); err != nil {
		return Result{}, err
	}
	if err := settle(g.root); err != nil {
		return Result{}, err
	}
	g.changing()
	if err := g.root.Rename(making, made); err != nil {
		return Result{}, err
	}
	if err := g.finishClone(); err != nil {
		return Result{}, err
	}
	g.log("cloned %s at commit %s, %d files, in %.1f s", g.refName(), commit.Hash, len(files), time.Since(started).Seconds())
	return Result{Commit: commit.Hash.String()}, nil
}

// initialize makes the store a repository as git clone does.
func initialize(store *filesystem.Storage, url, branch string, depth int) error {
	if err := store.Init(); err != nil {
		return err
	}
	settings := config.NewConfig()
	settings.Core.IsBare = false
	fetched := "+refs/heads/*:refs/remotes/" + remoteName + "/*"
	if depth > 0 && branch != "" {
		fetched = "+refs/heads/" + branch + ":" + tracking(branch).String()
	}
	settings.Remotes[remoteName] = &config.RemoteConfig{
		Name: remoteName, URLs: []string{url}, Fetch: []config.RefSpec{config.RefSpec(fetched)},
	}
	if branch != "" {
		settings.Branches[branch] = &config.Branch{Name: branch, Remote: remoteName, Merge: plumbing.NewBranchReferenceName(branch)}
	}
	for _, option := range [][2]string{{"repositoryformatversion", "0"}, {"filemode", "true"}, {"logallrefupdates", "true"}} {
		settings.Raw.Section("core").SetOption(option[0], option[1])
	}
	return store.SetConfig(settings)
}

// setHead makes the commit the current one: of the local branch, or by itself.
func setHead(store *filesystem.Storage, branch string, commit plumbing.Hash) error {
	if branch == "" {
		return store.SetReference(plumbing.NewHashReference(plumbing.HEAD, commit))
	}
	local := plumbing.NewBranchReferenceName(branch)
	if err := store.SetReference(plumbing.NewHashReference(local, commit)); err != nil {
		return err
	}
	return store.SetReference(plumbing.NewSymbolicReference(plumbing.HEAD, local))
}

// finishClone moves a clone that is whole into the workspace; it goes on where a killed run stopped.
func (g *getter) finishClone() error {
	if _, err := g.root.Lstat(made + "/" + madeGit); absent(err) {
		return errors.Join(g.root.RemoveAll(making), g.root.RemoveAll(made))
	} else if err != nil {
		return err
	}
	if err := g.retire(); err != nil {
		return err
	}
	if err := g.moveIn(made+"/"+madeTree, "."); err != nil {
		return err
	}
	dir := folders{git: made + "/" + madeGit, tree: "."}
	store := g.store(dir.git)
	files, err := headTree(store)
	if err != nil {
		return err
	}
	if err := writeIndex(g.root, dir, files, nil); err != nil {
		return err
	}
	if _, err := g.root.Lstat(gitFolder); err == nil {
		if err := g.save(gitFolder); err != nil {
			return err
		}
	}
	if err := settle(g.root); err != nil {
		return err
	}
	g.changing()
	if err := g.root.Rename(dir.git, gitFolder); err != nil {
		return err
	}
	g.changing()
	return g.root.RemoveAll(made)
}

func headTree(store *filesystem.Storage) (tree, error) {
	commit, err := headCommit(store)
	if err != nil {
		return nil, err
	}
	return readTree(store, commit, true)
}

// moveIn moves what is in the folder to another one. What is there already is the developer's, and is kept beside.
func (g *getter) moveIn(from, to string) error {
	folder, err := g.root.Open(from)
	if err != nil {
		return err
	}
	entries, err := folder.ReadDir(-1)
	_ = folder.Close()
	if err != nil {
		return err
	}
	for _, one := range entries {
		if err := g.moveOne(path.Join(from, one.Name()), path.Join(to, one.Name()), one.IsDir()); err != nil {
			return err
		}
	}
	return nil
}

func (g *getter) moveOne(from, to string, folder bool) error {
	info, err := g.root.Lstat(to)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case folder && info.IsDir():
		if err := g.moveIn(from, to); err != nil {
			return err
		}
		g.changing()
		return g.root.Remove(from)
	case !g.same(from, to):
		if err := g.save(to); err != nil {
			return err
		}
	}
	g.changing()
	return g.root.Rename(from, to)
}

func (g *getter) same(one, other string) bool {
	first, err := readEntry(g.root, one)
	second, otherErr := readEntry(g.root, other)
	return err == nil && otherErr == nil && first == second
}

func (g *getter) save(name string) error {
	g.changing()
	move, err := workspace.Save(g.root, name)
	if err == nil {
		g.log("your %s is kept as %s", move.From, move.To)
	}
	return err
}

func headCommit(store *filesystem.Storage) (*object.Commit, error) {
	head, err := resolveHead(store)
	if err != nil {
		return nil, err
	}
	return object.GetCommit(store, head)
}

// resolveHead returns the current commit's hash, or ErrReferenceNotFound for a branch without one.
func resolveHead(store *filesystem.Storage) (plumbing.Hash, error) {
	head, err := store.Reference(plumbing.HEAD)
	if err == nil && head.Type() == plumbing.SymbolicReference {
		head, err = store.Reference(head.Target())
	}
	if err != nil {
		return plumbing.ZeroHash, err
	}
	return head.Hash(), nil
}

// settle makes what was written survive a power cut.
func settle(root *os.Root) error {
	dir, err := root.Open(".")
	if err != nil {
		return err
	}
	defer dir.Close()
	return syncfs(dir)
}
