package repository

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"godev.io/runtime/internal/termination"
)

// local is the clone in the workspace.
type local struct {
	*getter
	state state
	dir   folders
	store *filesystem.Storage
	// kept are the developer's files that a checkout did not replace
	kept []string
}

// local opens the clone, after finishing what a killed run began.
func (g *getter) local(state state) (*local, error) {
	l := &local{getter: g, state: state, dir: folders{git: gitFolder, tree: "."}, store: g.store(gitFolder)}
	if err := l.sweep(); err != nil {
		return nil, err
	}
	if state.Next == "" {
		return l, unlockOwnIndex(g.root, l.dir)
	}
	g.log("finishing the checkout of commit %s, which was interrupted", state.Next)
	if err := unlockIndex(g.root, l.dir); err != nil {
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
	if err == nil && result.Reason == "" && len(l.kept) > 0 {
		result.Reason, result.Detail = termination.LocalEdits, l.leftAsTheyWere(result.Commit)
		g.log("%s: %s", result.Reason, result.Detail)
	}
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
	l.changing()
	if err := l.announce(head, commit.Hash, target); err != nil {
		return errors.Join(err, unlockIndex(l.root, l.dir))
	}
	l.changing()
	return l.finish(from, to)
}

// announce notes what is about to be checked out, unless the developer was faster.
func (l *local) announce(head, next plumbing.Hash, target target) error {
	switch now, err := resolveHead(l.store); {
	case err != nil:
		return err
	case now != head:
		return l.localEdits(target, "it came to commit "+short(now.String())+" while this one was fetched", "The next look starts from there.")
	}
	if err := l.check(head, target); err != nil {
		return err
	}
	l.state.Commit, l.state.Next = head.String(), next.String()
	l.state.NextBranch, l.state.NextRef = target.branch(), l.Ref
	return l.state.write(l.root, gitFolder)
}

func (l *local) update(from, to tree) *update {
	return &update{root: l.root, dir: l.dir, store: l.store, from: from, to: to, completed: readCompletions(l.root).of(from), step: l.step}
}

// finish does what the state notes as next.
func (l *local) finish(from, to tree) error {
	kept, err := l.update(from, to).apply()
	if err != nil {
		return err
	}
	l.kept = slices.Sorted(maps.Keys(kept))
	if err := l.placeModules(spot{l.dir, l.dir}, l.store, to, l.URL); err != nil {
		return err
	}
	for name := range readCompletions(l.root).of(to) {
		kept[name] = true
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
	if err := settle(l.root); err != nil {
		return err
	}
	return l.state.write(l.root, gitFolder)
}

func short(hash string) string { return hash[:min(len(hash), 10)] }
