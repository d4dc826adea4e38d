package repository

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"godev.io/runtime/internal/termination"
)

// refs are those of the server, by name; that of an annotated tag's commit is NAME^{}.
type refs map[plumbing.ReferenceName]*plumbing.Reference

// target is what a ref of the spec stands for.
type target struct {
	// name is the server's ref; "" if only a commit is known.
	name plumbing.ReferenceName
	// hash is what the name stands for, commit the commit it leads to, if known.
	hash, commit plumbing.Hash
	// prefix is the beginning of the commit's hash, if that is what the spec names; via is a ref that has it.
	prefix string
	via    plumbing.ReferenceName
}

// branch is the local branch, "" if HEAD is to be a commit.
func (t target) branch() string {
	if t.name.IsBranch() {
		return t.name.Short()
	}
	return ""
}

var hashes = regexp.MustCompile(`^[0-9a-f]{4,40}$`)

// find resolves the ref of a spec as git clone --branch does, and commits too.
func (r refs) find(ref string) (target, error) {
	if ref == "" {
		return r.head()
	}
	names := []plumbing.ReferenceName{plumbing.NewBranchReferenceName(ref), plumbing.NewTagReferenceName(ref)}
	if strings.HasPrefix(ref, "refs/") {
		names = append([]plumbing.ReferenceName{plumbing.ReferenceName(ref)}, names...)
	}
	for _, name := range names {
		if found := r[name]; found != nil {
			return r.target(found), nil
		}
	}
	if lower := strings.ToLower(ref); hashes.MatchString(lower) {
		return r.commit(lower), nil
	}
	return target{}, termination.Failuref(termination.RefNotFound,
		"spec.source.git.ref: the repository has no branch, tag or commit %s. %s", shown(ref), r.some())
}

func (r refs) target(ref *plumbing.Reference) target {
	t := target{name: ref.Name(), hash: ref.Hash(), commit: ref.Hash()}
	if peeled := r[ref.Name()+"^{}"]; peeled != nil {
		t.commit = peeled.Hash()
	}
	return t
}

func (r refs) head() (target, error) {
	head := r[plumbing.HEAD]
	if head == nil {
		return target{}, termination.Failuref(termination.RefNotFound,
			"spec.source.git.ref: the repository has no default branch, so name one. %s", r.some())
	}
	if head.Type() == plumbing.SymbolicReference {
		if found := r[head.Target()]; found != nil {
			return r.target(found), nil
		}
		return target{}, termination.Failuref(termination.RefNotFound,
			"spec.source.git.ref: the repository's default branch %s has no commit, so name another. %s", shown(head.Target().Short()), r.some())
	}
	return target{name: plumbing.HEAD, hash: head.Hash(), commit: head.Hash()}, nil
}

// commit looks for a ref that stands for the commit, which every server hands out.
func (r refs) commit(prefix string) target {
	for _, name := range r.names() {
		ref := r[name]
		if ref.Type() == plumbing.HashReference && strings.HasPrefix(ref.Hash().String(), prefix) && !strings.HasSuffix(string(name), "^{}") {
			found := r.target(ref)
			if found.commit == found.hash {
				return target{hash: found.hash, commit: found.hash, prefix: prefix, via: name}
			}
		}
	}
	if len(prefix) == 40 {
		hash := plumbing.NewHash(prefix)
		return target{hash: hash, commit: hash, prefix: prefix}
	}
	return target{prefix: prefix}
}

func (r refs) names() []plumbing.ReferenceName {
	var names []plumbing.ReferenceName
	for name := range r {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// some names a few branches and tags for a message.
func (r refs) some() string {
	var names []string
	for _, name := range r.names() {
		if (name.IsBranch() || name.IsTag()) && !strings.HasSuffix(string(name), "^{}") {
			names = append(names, name.Short())
		}
	}
	if len(names) == 0 {
		return "It has none at all."
	}
	more := ""
	if len(names) > 8 {
		more = fmt.Sprintf(" and %d more", len(names)-8)
		names = names[:8]
	}
	return "It has " + strings.Join(names, ", ") + more + "."
}
