package repository

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"

	"godev.io/runtime/internal/termination"
)

// check looks for edits: before anything is fetched, and again once git is locked out, because a fetch takes its time.
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
	changed, err := edits(l.root, l.dir, l.store, files, readCompletions(l.root).of(files))
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

func (l *local) edited(target target, files []string) error {
	return l.localEdits(target, "it has changes of its own: "+some(slices.Compact(files)),
		"Commit and push them, or drop them (`git stash --include-untracked`), to have it followed again.")
}

// leftAsTheyWere tells of files that changed during the checkout itself.
func (l *local) leftAsTheyWere(commit string) string {
	return fmt.Sprintf("spec.source.git.ref: the workspace is at commit %s, but for files that changed while it was checked out and stay as they are: %s. "+
		"Compare them with the commit (`git diff`), then commit and push them, or drop them (`git stash --include-untracked`).", short(commit), some(l.kept))
}

// some is the beginning of a list for people.
func some(names []string) string {
	if len(names) <= 5 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:5], ", "), len(names)-5)
}

func (l *local) localEdits(target target, why, remedy string) error {
	to := "what the repository has"
	if !target.commit.IsZero() {
		to = "commit " + short(target.commit.String())
	}
	return termination.Failuref(termination.LocalEdits, "spec.source.git.ref: the workspace is not brought to %s, because %s. %s", to, why, remedy)
}
