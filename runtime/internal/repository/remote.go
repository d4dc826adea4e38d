package repository

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"godev.io/runtime/internal/termination"
)

const remoteName = "origin"

// store opens git's folder at dir, relative to the workspace.
func (g *getter) store(dir string) *filesystem.Storage {
	folder := osfs.New(filepath.Join(g.Workspace, dir), osfs.WithBoundOS())
	return filesystem.NewStorage(folder, cache.NewObjectLRU(32*cache.MiByte))
}

// server is a remote repository.
type server struct {
	*getter
	url     string
	address address
}

func (g *getter) server() *server { return &server{g, g.URL, g.address} }

func (s *server) remote(store *filesystem.Storage) *git.Remote {
	return git.NewRemote(store, &config.RemoteConfig{Name: remoteName, URLs: []string{s.url}})
}

// refs are those of the server, by name; that of an annotated tag's commit is NAME^{}.
type refs map[plumbing.ReferenceName]*plumbing.Reference

func (s *server) list(ctx context.Context) (refs, error) {
	login, err := s.access.to(s.address)
	if err != nil {
		return nil, err
	}
	found, err := s.remote(nil).ListContext(ctx, &git.ListOptions{Auth: login, PeelingOption: git.AppendPeeled})
	if err != nil {
		return nil, err
	}
	all := refs{}
	for _, ref := range found {
		all[ref.Name()] = ref
	}
	return all, nil
}

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

// fetch brings what the target needs into the store, and returns its commit.
func (s *server) fetch(ctx context.Context, store *filesystem.Storage, t target, all refs) (*object.Commit, error) {
	var err error
	switch {
	case t.name.IsBranch():
		err = s.pull(ctx, store, s.Depth, "+"+t.name.String()+":"+tracking(t.branch()).String())
	case t.name.IsTag():
		err = s.pull(ctx, store, s.Depth, "+"+t.name.String()+":"+t.name.String())
	case t.name != "":
		err = s.pull(ctx, store, s.Depth, "+"+t.name.String()+":refs/godev/ref")
	case t.via != "":
		err = s.pull(ctx, store, s.Depth, "+"+t.via.String()+":refs/godev/ref")
	case !t.hash.IsZero():
		err = s.pull(ctx, store, s.Depth, t.hash.String()+":refs/godev/ref")
		if err != nil && ctx.Err() == nil && s.refusesCommits(err) {
			s.log("the server hands out no single commit, fetching all branches and tags")
			err = s.everything(ctx, store)
		}
	default:
		s.log("part of a commit's hash can only be found in the whole history, fetching all branches and tags")
		err = s.everything(ctx, store)
	}
	if err != nil {
		return nil, err
	}
	return resolve(store, t, all)
}

func tracking(branch string) plumbing.ReferenceName {
	return plumbing.NewRemoteReferenceName(remoteName, branch)
}

func (s *server) everything(ctx context.Context, store *filesystem.Storage) error {
	return s.pull(ctx, store, 0, "+refs/heads/*:refs/remotes/"+remoteName+"/*", "+refs/tags/*:refs/tags/*")
}

// refusesCommits reports whether a server may just not want to hand out a commit by its hash.
func (s *server) refusesCommits(err error) bool {
	if errors.Is(err, git.ErrExactSHA1NotSupported) {
		return true
	}
	text := err.Error()
	return strings.Contains(text, "not our ref") || strings.Contains(text, "unadvertised object") || strings.Contains(text, "upload-pack")
}

func (s *server) pull(ctx context.Context, store *filesystem.Storage, depth int, specs ...string) error {
	login, err := s.access.to(s.address)
	if err != nil {
		return err
	}
	progress := &progress{log: s.Log}
	options := git.FetchOptions{RemoteName: remoteName, Auth: login, Depth: depth, Tags: git.NoTags, Force: true, Progress: progress}
	for _, spec := range specs {
		options.RefSpecs = append(options.RefSpecs, config.RefSpec(spec))
	}
	err = s.remote(store).FetchContext(ctx, &options)
	if errors.Is(err, git.NoErrAlreadyUpToDate) {
		return nil
	}
	return err
}

// resolve returns the target's commit, which was fetched.
func resolve(store *filesystem.Storage, t target, all refs) (*object.Commit, error) {
	hash := t.hash
	if hash.IsZero() {
		found, err := abbreviated(store, t.prefix, all)
		if err != nil {
			return nil, err
		}
		hash = found
	}
	for range 10 { // a tag may be one of a tag
		tag, err := object.GetTag(store, hash)
		if err != nil {
			break
		}
		hash = tag.Target
	}
	commit, err := object.GetCommit(store, hash)
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		what := t.prefix
		if what == "" {
			what = t.name.String()
		}
		return nil, termination.Failuref(termination.RefNotFound, "spec.source.git.ref: the repository has no commit %s. %s", shown(what), all.some())
	}
	return commit, err
}

// abbreviated returns the only commit whose hash begins so.
func abbreviated(store *filesystem.Storage, prefix string, all refs) (plumbing.Hash, error) {
	bytes, _ := hex.DecodeString(prefix[:len(prefix)&^1])
	candidates, err := store.HashesWithPrefix(bytes)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	var found []plumbing.Hash
	for _, hash := range candidates {
		if _, err := object.GetCommit(store, hash); err == nil && strings.HasPrefix(hash.String(), prefix) && !slices.Contains(found, hash) {
			found = append(found, hash)
		}
	}
	switch len(found) {
	case 0:
		return plumbing.ZeroHash, termination.Failuref(termination.RefNotFound,
			"spec.source.git.ref: the repository has no branch, tag or commit %s. %s", shown(prefix), all.some())
	case 1:
		return found[0], nil
	}
	return plumbing.ZeroHash, termination.Failuref(termination.RefNotFound,
		"spec.source.git.ref: %d commits begin with %s. Write more of the hash.", len(found), prefix)
}

// progress logs what the server says of its work: lines that are ended by a carriage return are written over by the
// next, so one of them a second will do.
type progress struct {
	log    io.Writer
	line   []byte
	logged time.Time
}

func (p *progress) Write(text []byte) (int, error) {
	for _, b := range text {
		switch {
		case b == '\n' || b == '\r' && time.Since(p.logged) > time.Second:
			if line := oneLine(errors.New(string(p.line))); line != "" {
				fmt.Fprintf(p.log, "source: server: %s\n", line)
				p.logged = time.Now()
			}
			p.line = p.line[:0]
		case b == '\r':
			p.line = p.line[:0]
		case len(p.line) < 300:
			p.line = append(p.line, b)
		}
	}
	return len(text), nil
}
