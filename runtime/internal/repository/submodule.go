package repository

import (
	"context"
	"errors"
	"path"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"godev.io/runtime/internal/termination"
)

// spot is where a repository is now, and where it will be once it is moved in.
type spot struct{ now, later folders }

func (s spot) module(sub submodule) spot {
	return spot{s.now.module(sub), s.later.module(sub)}
}

func (f folders) module(sub submodule) folders {
	return folders{path.Join(f.git, "modules", sub.name), path.Join(f.tree, sub.path)}
}

// fetchModules brings the commits of the tree's submodules, and of theirs, to where they are kept.
func (g *getter) fetchModules(ctx context.Context, at folders, store *filesystem.Storage, files tree, url string, depth int) error {
	if !g.Submodules {
		return nil
	}
	if depth > deepestModule {
		return termination.Failuref(termination.SourceInvalid, fieldSubmodules+"they are nested more than %d deep", deepestModule)
	}
	all, err := submodules(store, files, url)
	if err != nil {
		return err
	}
	for _, sub := range all {
		if err := g.fetchModule(ctx, at.module(sub), sub, depth); err != nil {
			return g.ofModule(ctx, sub, err)
		}
	}
	return nil
}

func (g *getter) fetchModule(ctx context.Context, at folders, sub submodule, depth int) error {
	store := g.store(at.git)
	if _, err := resolveHead(store); errors.Is(err, plumbing.ErrReferenceNotFound) {
		if err := g.root.MkdirAll(at.git, 0o755); err != nil {
			return err
		}
		if err := initialize(store, sub.url, "", g.Depth); err != nil {
			return err
		}
		// so that it is a repository at all; git does not take it for checked out
		if err := store.SetReference(plumbing.NewSymbolicReference(plumbing.HEAD, "refs/heads/main")); err != nil {
			return err
		}
	}
	commit, err := object.GetCommit(store, sub.commit)
	if err != nil {
		g.log("fetching the submodule %s", sub.path)
		server := &server{g, sub.url, sub.address}
		all, err := server.list(ctx)
		if err != nil {
			return err
		}
		if commit, err = server.fetch(ctx, store, all.commit(sub.commit.String()), all); err != nil {
			return err
		}
	}
	files, err := readTree(store, commit, false)
	if err != nil {
		return err
	}
	return g.fetchModules(ctx, at, store, files, sub.url, depth+1)
}

// ofModule explains an error of the submodule's server, and says whose it is.
func (g *getter) ofModule(ctx context.Context, sub submodule, err error) error {
	of := *g
	of.URL, of.address = sub.url, sub.address
	if of.address.origin() != g.address.origin() && of.address.scheme != "ssh" {
		of.access = &access{}
	}
	err = of.explain(ctx, err)
	var failure *termination.Failure
	if !errors.As(err, &failure) || failure.Reason == termination.Stopped || strings.HasPrefix(failure.Detail, fieldSubmodules) {
		return err
	}
	named := *failure
	named.Detail = fieldSubmodules + sub.path + ": " + failure.Detail
	if failure.Reason == termination.RepositoryUnauthorized && g.access.basic != nil && of.access.basic == nil {
		named.Detail = fieldSubmodules + sub.path + ": " + sub.address.host + " wants a login, and the password in spec.source.git.credentials is for " +
			g.address.host + " alone. Make the submodule readable for all, or give it and the repository SSH URLs and one key."
	}
	return &named
}

// placeModules checks out the tree's submodules, which were fetched.
func (g *getter) placeModules(at spot, store *filesystem.Storage, files tree, url string) error {
	if !g.Submodules {
		return nil
	}
	all, err := submodules(store, files, url)
	if err != nil {
		return err
	}
	for _, sub := range all {
		if err := activate(store, sub); err != nil {
			return err
		}
		if err := g.placeModule(at.module(sub), sub); err != nil {
			return err
		}
	}
	return nil
}

// activate is git submodule init.
func activate(store *filesystem.Storage, sub submodule) error {
	settings, err := store.Config()
	if err != nil {
		return err
	}
	section := settings.Raw.Section("submodule").Subsection(sub.name)
	if section.Option("url") != "" {
		return nil
	}
	settings.Submodules[sub.name] = &config.Submodule{Name: sub.name, Path: sub.path, URL: sub.url}
	section.SetOption("active", "true").SetOption("url", sub.url)
	return store.SetConfig(settings)
}

func (g *getter) placeModule(at spot, sub submodule) error {
	store := g.store(at.now.git)
	from := tree{}
	head, err := resolveHead(store)
	switch {
	case err == nil && head == sub.commit:
	case err == nil:
		commit, err := object.GetCommit(store, head)
		if err != nil {
			return err
		}
		if from, err = readTree(store, commit, false); err != nil {
			return err
		}
	case !errors.Is(err, plumbing.ErrReferenceNotFound):
		return err
	}
	commit, err := object.GetCommit(store, sub.commit)
	if err != nil {
		return err
	}
	to, err := readTree(store, commit, false)
	if err != nil {
		return err
	}
	if head != sub.commit {
		if err := g.checkOutModule(at, store, from, to, sub.commit); err != nil {
			return err
		}
	}
	return g.placeModules(at, store, to, sub.url)
}

func (g *getter) checkOutModule(at spot, store *filesystem.Storage, from, to tree, commit plumbing.Hash) error {
	if err := g.root.MkdirAll(at.now.tree, 0o755); err != nil {
		return err
	}
	work := update{root: g.root, dir: at.now, store: store, from: from, to: to, step: g.step}
	kept, err := work.apply()
	if err != nil {
		return err
	}
	for name := range kept {
		g.log("your %s stays as it is", path.Join(at.later.tree, name))
	}
	up, err := filepath.Rel(at.later.tree, at.later.git)
	if err != nil {
		return err
	}
	if err := writeFile(g.root, at.now.tree+"/.git", []byte("gitdir: "+up+"\n")); err != nil {
		return err
	}
	down, err := filepath.Rel(at.later.git, at.later.tree)
	if err != nil {
		return err
	}
	settings, err := store.Config()
	if err != nil {
		return err
	}
	settings.Core.Worktree = down
	if err := store.SetConfig(settings); err != nil {
		return err
	}
	if err := writeIndex(g.root, at.now, to, kept); err != nil {
		return err
	}
	return setHead(store, "", commit)
}

// moduleEdits are edits in the submodules that are checked out, as paths of the workspace.
func (g *getter) moduleEdits(at folders, store *filesystem.Storage, files tree, url string) ([]string, error) {
	if !g.Submodules {
		return nil, nil
	}
	all, err := submodules(store, files, url)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, sub := range all {
		below, err := g.editsOf(at.module(sub), sub)
		if err != nil {
			return nil, err
		}
		found = append(found, below...)
	}
	return found, nil
}

func (g *getter) editsOf(at folders, sub submodule) ([]string, error) {
	store := g.store(at.git)
	head, err := resolveHead(store)
	if errors.Is(err, plumbing.ErrReferenceNotFound) {
		return nil, nil // not checked out yet
	}
	if err != nil {
		return nil, err
	}
	if head != sub.commit {
		return []string{at.tree}, nil
	}
	commit, err := object.GetCommit(store, head)
	if err != nil {
		return nil, err
	}
	files, err := readTree(store, commit, false)
	if err != nil {
		return nil, err
	}
	changed, err := edits(g.root, at, store, files, nil)
	if err != nil {
		return nil, err
	}
	for i, name := range changed {
		changed[i] = at.file(name)
	}
	below, err := g.moduleEdits(at, store, files, sub.url)
	return append(changed, below...), err
}
