package repository

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
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
