package archive

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// sink takes the entries of an archive, one after the other. What it does not read of a content is passed over.
type sink interface {
	folder(header *tar.Header) error
	link(header *tar.Header) error
	file(header *tar.Header, content io.Reader) error
}

// nothing is the sink of who only compares.
type nothing struct{}

func (nothing) folder(*tar.Header) error          { return nil }
func (nothing) link(*tar.Header) error            { return nil }
func (nothing) file(*tar.Header, io.Reader) error { return nil }

// verify reads the whole archive, and compares it with what the manifest says.
func verify(ctx context.Context, root *os.Root, name string, want Manifest) error {
	file, err := root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return damaged("%s is missing", contentName)
	}
	if err != nil {
		return unreadable(err)
	}
	defer file.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, cancelled{ctx, file})
	if err != nil {
		return unreadable(err)
	}
	if size != want.Size || hex.EncodeToString(sum.Sum(nil)) != want.SHA256 {
		return damaged("%s is not what %s says of it", contentName, manifestName)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return unreadable(err)
	}
	return entries(ctx, file, want, nothing{})
}

// entries gives every entry to the sink; only names that lead nowhere else, each once, below folders that came before.
func entries(ctx context.Context, content io.Reader, want Manifest, to sink) error {
	zipped, err := gzip.NewReader(bufio.NewReaderSize(cancelled{ctx, content}, 1<<20))
	if err != nil {
		return broken(ctx, err)
	}
	r := reader{ctx: ctx, tar: tar.NewReader(zipped), to: to, folders: map[string]bool{".": true}}
	for {
		header, err := r.tar.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return broken(ctx, err)
		}
		if err := r.entry(header); errors.Is(err, fs.ErrExist) {
			return damaged("%q is in it twice", header.Name)
		} else if err != nil {
			return err
		}
	}
	if r.seen != want.Totals {
		return damaged("it holds %+v instead of %+v", r.seen, want.Totals)
	}
	return nil
}

type reader struct {
	ctx context.Context
	tar *tar.Reader
	to  sink
	// folders that this archive made: a link in the place of one would lead the rest elsewhere
	folders map[string]bool
	seen    Totals
}

func (r *reader) entry(header *tar.Header) error {
	name := strings.TrimSuffix(header.Name, "/")
	switch {
	case !filepath.IsLocal(name) || path.Clean(name) != name || name == ".":
		return damaged("the name %q leads out of the workspace", header.Name)
	case ownName(name):
		return damaged("the name %q is godevd's own", header.Name)
	case !r.folders[path.Dir(name)]:
		return damaged("%q is in no folder of the archive", header.Name)
	}
	header.Name = name
	switch header.Typeflag {
	case tar.TypeDir:
		r.folders[name] = true
		r.seen.Folders++
		return r.to.folder(header)
	case tar.TypeSymlink:
		r.seen.Links++
		return r.to.link(header)
	case tar.TypeReg:
		return r.file(header)
	}
	return damaged("%q is of a kind that no workspace has (%q)", header.Name, header.Typeflag)
}

func (r *reader) file(header *tar.Header) error {
	sum := sha256.New()
	content := io.TeeReader(cancelled{r.ctx, r.tar}, sum)
	if err := r.to.file(header, content); err != nil {
		if r.ctx.Err() == nil && isOfTheArchive(err) {
			return damaged("%s: %w", header.Name, err)
		}
		return err
	}
	if _, err := io.Copy(io.Discard, content); err != nil {
		return broken(r.ctx, err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != header.PAXRecords[hashRecord] {
		return damaged("the content of %s is not what it was", header.Name)
	}
	r.seen.Files++
	r.seen.Bytes += header.Size
	return nil
}

// isOfTheArchive tells what reading gave from what writing did, whose errors name a path.
func isOfTheArchive(err error) bool {
	var written *fs.PathError
	return !errors.As(err, &written)
}

func broken(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("the archive was not read to its end: %w", ctx.Err())
	}
	return damaged("%w", err)
}
