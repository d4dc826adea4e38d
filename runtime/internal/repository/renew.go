package repository

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"godev.io/runtime/internal/termination"
)

// local is the clone in the workspace.
type local struct {
	*getter
	state state
	dir   folders
	store *filesystem.Storage
}

// local opens the clone, after finishing what a killed run began.
func (g *getter) local(state state) (*local, error) {
	l := &local{g, state, folders{git: gitFolder, tree: "."}, g.store(gitFolder)}
	if err := l.sweep(); err != nil {
		return nil, err
	}
	if state.Next == "" {
		return l, nil
	}
	g.log("finishing the checkout of commit %s, which was interrupted", state.Next)
	if err := g.root.Remove(path.Join(l.dir.git, "index.lock")); err != nil && !absent(err) {
		return nil, err
	}
	from, err := l.treeOf(state.Commit)
	if err != nil {
		return nil, err
	}
	to, err := l.treeOf(state.Next)
	if err != nil {
		return nil, err
	}
	return l, l.finish(from, to)
}

// sweep removes what a killed fetch left.
func (l *local) sweep() error {
	packs := path.Join(l.dir.git, "objects/pack")
	folder, err := l.root.Open(packs)
	if err != nil {
		return nil
	}
	defer folder.Close()
	entries, err := folder.ReadDir(-1)
	for _, one := range entries {
		if strings.HasPrefix(one.Name(), "tmp_") {
			err = errors.Join(err, l.root.Remove(path.Join(packs, one.Name())))
		}
	}
	return err
}

func (l *local) treeOf(commit string) (tree, error) {
	found, err := object.GetCommit(l.store, plumbing.NewHash(commit))
	if err != nil {
		return nil, fmt.Errorf("commit %s: %w", commit, err)
	}
	return readTree(l.store, found, true)
}

// renew brings the clone up to date if that overwrites nothing of the developer's. What keeps it from that is no
// failure as long as the clone is of the ref that is wanted.
func (g *getter) renew(ctx context.Context, state state) (Result, error) {
	l, err := g.local(state)
	if err != nil {
		return Result{}, err
	}
	result, err := l.renew(ctx)
	if err == nil {
		return result, nil
	}
	err = g.explain(ctx, err)
	var failure *termination.Failure
	if !errors.As(err, &failure) || failure.Reason == termination.Stopped || l.state.Ref != g.Ref {
		return result, err
	}
	head, headErr := resolveHead(l.store)
	if headErr != nil {
		return result, err
	}
	detail := failure.Detail
	if failure.Reason != termination.LocalEdits {
		detail += " The workspace stays at commit " + short(head.String()) + "."
	}
	g.log("%s: %s", failure.Reason, detail)
	return Result{Commit: head.String(), Reason: failure.Reason, Detail: detail}, nil
}

func (l *local) renew(ctx context.Context) (Result, error) {
	head, err := resolveHead(l.store)
	if err != nil {
		return Result{}, err
	}
	current := Result{Commit: head.String()}
	if wanted := strings.ToLower(l.Ref); l.Ref == l.state.Ref && l.state.Branch == "" && hashes.MatchString(wanted) &&
		strings.HasPrefix(l.state.Commit, wanted) && head.String() == l.state.Commit {
		l.log("unchanged, a commit stays what it is")
		return current, nil
	}
	server := l.server()
	all, err := server.list(ctx)
	if err != nil {
		return Result{}, err
	}
	target, err := all.find(l.Ref)
	if err != nil {
		return Result{}, err
	}
	if l.Ref == l.state.Ref && target.commit == head && target.branch() == l.state.Branch {
		l.log("up to date at commit %s", head)
		return current, nil
	}
	if err := l.check(head, target); err != nil {
		return Result{}, err
	}
	commit, err := server.fetch(ctx, l.store, target, all)
	if err != nil {
		return Result{}, err
	}
	if err := l.own(head, commit.Hash); err != nil {
		return Result{}, err
	}
	if err := l.checkOut(ctx, head, commit, target); err != nil {
		return Result{}, err
	}
	l.log("at commit %s now", commit.Hash)
	return Result{Commit: commit.Hash.String()}, nil
}

// check looks for edits before anything is fetched.
func (l *local) check(head plumbing.Hash, target target) error {
	ref, err := l.store.Reference(plumbing.HEAD)
	if err != nil {
		return err
	}
	if ref.Type() == plumbing.SymbolicReference && ref.Target().Short() != l.state.Branch {
		return l.localEdits(target, fmt.Sprintf("the workspace is on the branch %s", shown(ref.Target().Short())),
			"Check out what spec.source.git.ref names (`git checkout "+l.state.Branch+"`) to have it followed again.")
	}
	files, err := l.treeOf(head.String())
	if err != nil {
		return err
	}
	changed, err := edits(l.root, l.dir, l.store, files, l.state.Completed)
	if err != nil {
		return err
	}
	below, err := l.moduleEdits(l.dir, l.store, files, l.URL)
	if err != nil {
		return err
	}
	if changed = append(changed, below...); len(changed) > 0 {
		return l.edited(target, changed)
	}
	return nil
}

// own refuses to leave commits that only this clone has.
func (l *local) own(head, next plumbing.Hash) error {
	known := map[plumbing.Hash]bool{plumbing.NewHash(l.state.Commit): true, next: true}
	if tracked, err := l.store.Reference(tracking(l.state.Branch)); err == nil {
		known[tracked.Hash()] = true
	}
	if known[head] || reaches(l.store, known, head) {
		return nil
	}
	return l.localEdits(target{commit: next}, fmt.Sprintf("its commit %s was not pushed", short(head.String())),
		"Push it, or merge the other (`git pull --rebase`), to have it followed again.")
}

// reaches reports whether the commit is an ancestor of one that is known. A history that ends early says no.
func reaches(store storer.EncodedObjectStorer, known map[plumbing.Hash]bool, hash plumbing.Hash) bool {
	commit, err := object.GetCommit(store, hash)
	if err != nil {
		return false
	}
	for one := range known {
		newer, err := object.GetCommit(store, one)
		if err != nil {
			continue
		}
		if is, err := commit.IsAncestor(newer); err == nil && is {
			return true
		}
	}
	return false
}

// checkOut brings the files to the commit, in a way that a killed run can be finished.
func (l *local) checkOut(ctx context.Context, head plumbing.Hash, commit *object.Commit, target target) error {
	from, err := l.treeOf(head.String())
	if err != nil {
		return err
	}
	to, err := readTree(l.store, commit, true)
	if err != nil {
		return err
	}
	if err := l.fetchModules(ctx, l.dir, l.store, to, l.URL, 0); err != nil {
		return err
	}
	work := l.update(from, to)
	if found := work.obstacles(); len(found) > 0 {
		return l.edited(target, found)
	}
	if err := lockIndex(l.root, l.dir); err != nil {
		return err
	}
	l.state.Commit, l.state.Next = head.String(), commit.Hash.String()
	l.state.NextBranch, l.state.NextRef = target.branch(), l.Ref
	if err := l.state.write(l.root, gitFolder); err != nil {
		return err
	}
	l.changing()
	return l.finish(from, to)
}

func (l *local) update(from, to tree) *update {
	return &update{root: l.root, dir: l.dir, store: l.store, from: from, to: to, completed: l.state.Completed, step: l.step}
}

// finish does what the state notes as next.
func (l *local) finish(from, to tree) error {
	kept, err := l.update(from, to).apply()
	if err != nil {
		return err
	}
	for name := range kept {
		l.log("your %s stays as it is", name)
	}
	if err := l.placeModules(spot{l.dir, l.dir}, l.store, to, l.URL); err != nil {
		return err
	}
	if err := writeIndex(l.root, l.dir, to, kept); err != nil {
		return err
	}
	next := plumbing.NewHash(l.state.Next)
	l.changing()
	if err := setHead(l.store, l.state.NextBranch, next); err != nil {
		return err
	}
	l.changing()
	l.state.Commit, l.state.Branch, l.state.Ref = l.state.Next, l.state.NextBranch, l.state.NextRef
	l.state.Next, l.state.NextBranch, l.state.NextRef = "", "", ""
	for name := range l.state.Completed {
		if from[name] != to[name] {
			delete(l.state.Completed, name)
		}
	}
	if err := settle(l.root); err != nil {
		return err
	}
	return l.state.write(l.root, gitFolder)
}

func (l *local) edited(target target, files []string) error {
	files = slices.Compact(files)
	names := files
	more := ""
	if len(files) > 5 {
		names, more = files[:5], fmt.Sprintf(" and %d more", len(files)-5)
	}
	return l.localEdits(target, "it has changes of its own: "+strings.Join(names, ", ")+more,
		"Commit and push them, or drop them (`git stash --include-untracked`), to have it followed again.")
}

func (l *local) localEdits(target target, why, remedy string) error {
	to := "what the repository has"
	if !target.commit.IsZero() {
		to = "commit " + short(target.commit.String())
	}
	return termination.Failuref(termination.LocalEdits, "spec.source.git.ref: the workspace is not brought to %s, because %s. %s", to, why, remedy)
}

func short(hash string) string { return hash[:min(len(hash), 10)] }
