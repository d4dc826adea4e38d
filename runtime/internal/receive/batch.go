package receive

import (
	"context"
	"errors"
	"io"
)

// batch takes one to its end, and puts it in its place.
func (s *session) batch(ctx context.Context, first frame) error {
	var begin Begin
	if err := first.decode(&begin); err != nil {
		return err
	}
	if err := begin.check(); err != nil {
		return err
	}
	staged, aborted, err := s.receive(ctx)
	if err != nil {
		return err
	}
	ack := Ack{ID: begin.ID}
	if !aborted {
		if len(s.record.held)+len(staged) > maxFiles {
			return invalid("more than %d files; exclude some with .godevignore", maxFiles)
		}
		c := &commit{record: s.record, stage: s.stage}
		if err := c.run(begin, staged); err != nil {
			return err
		}
		ack, s.placed = c.ack, c.placed
	}
	if err := s.stage.drop(); err != nil {
		return err
	}
	return writeFrame(s.out, frameAck, ack)
}

func (b Begin) check() error {
	if len(b.Remove) > maxEntries || len(b.Rename) > maxEntries {
		return invalid("a batch of more than %d files", maxEntries)
	}
	for _, name := range b.Remove {
		if err := checkPath(name); err != nil {
			return err
		}
	}
	seen := map[string]bool{}
	for _, move := range b.Rename {
		for _, name := range []string{move.From, move.To} {
			if err := checkPath(name); err != nil {
				return err
			}
			if seen[name] {
				return invalid("%.100q is renamed twice in a batch", name)
			}
			seen[name] = true
		}
	}
	return nil
}

// receive unpacks the data frames of a batch while they come.
func (s *session) receive(ctx context.Context) (entries []staged, aborted bool, err error) {
	type result struct {
		entries []staged
		err     error
	}
	var unpacked chan result
	var data *io.PipeWriter
	end := func(cause error) result {
		if data == nil {
			return result{err: cause}
		}
		_ = data.CloseWithError(cause) // never fails
		got := <-unpacked
		if cause != nil {
			got.err = cause
		}
		return got
	}
	for {
		f, err := s.next(ctx)
		if err != nil {
			return nil, false, end(err).err
		}
		switch f.kind {
		case frameData:
			if data == nil {
				var reader *io.PipeReader
				reader, data = io.Pipe()
				unpacked = make(chan result, 1)
				go func() {
					entries, err := s.stage.read(reader)
					if err == nil {
						_ = reader.CloseWithError(invalid("data behind the end of a batch"))
					} else {
						_ = reader.CloseWithError(err)
					}
					unpacked <- result{entries, err}
				}()
			}
			if _, err := data.Write(f.payload); err != nil {
				return nil, false, end(err).err
			}
		case frameEnd:
			got := end(nil)
			return got.entries, false, got.err
		case frameAbort:
			end(errAborted)
			return nil, true, nil
		case framePing:
			if err := writeFrame(s.out, framePong, nil); err != nil {
				return nil, false, end(err).err
			}
		default:
			return nil, false, end(invalid("a frame %q is not expected in a batch", f.kind)).err
		}
	}
}

var errAborted = errors.New("aborted")
