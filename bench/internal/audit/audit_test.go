package audit

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

const (
	created = `{"stage":"ResponseComplete","verb":"create","user":{"username":"bench-bare-client"},"objectRef":{"resource":"pods","namespace":"a","name":"x"},"responseStatus":{"code":201},"requestReceivedTimestamp":"2026-01-01T00:00:00.000001Z","stageTimestamp":"2026-01-01T00:00:00.002001Z"}`
	refused = `{"stage":"ResponseComplete","verb":"patch","objectRef":{"resource":"pods","subresource":"resize"},"responseStatus":{"code":409}}`
	watch   = `{"stage":"ResponseStarted","verb":"watch","objectRef":{"resource":"pods"},"responseStatus":{"code":200}}`
	watched = `{"stage":"ResponseComplete","verb":"watch","objectRef":{"resource":"pods"},"responseStatus":{"code":200}}`
)

func TestALineIsReadOnceItIsWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.log")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	log, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	for _, step := range []struct {
		write string
		want  int
	}{
		{created[:40], 0},
		{created[40:] + "\n" + refused, 1},
		{"\n" + watch + "\n" + watched + "\n", 3},
	} {
		if _, err := out.WriteString(step.write); err != nil {
			t.Fatal(err)
		}
		if err := log.Read(); err != nil || len(log.Events) != step.want {
			t.Fatalf("after %q: %d events, %v", step.write, len(log.Events), err)
		}
	}
	first := log.Events[0]
	if !first.IsWrite() || !first.Succeeded() || first.User.Username != BareClient || first.Resource() != "pods" || first.Answered.Sub(first.Received) != 2*time.Millisecond {
		t.Errorf("got %+v", first)
	}
	if e := log.Events[1]; !e.IsWrite() || e.Succeeded() || e.Resource() != "pods/resize" {
		t.Errorf("got %+v", e)
	}
	if log.Events[2].IsWrite() {
		t.Error("a watch is no write")
	}
}

func TestWaitTellsWhatItMissed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.log")
	if err := os.WriteFile(path, []byte(created+"\n"+created+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	log, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if found, err := log.Wait(t.Context(), 0, 2, Event.IsWrite); err != nil || len(found) != 2 {
		t.Errorf("%v %v", found, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if found, err := log.Wait(ctx, 1, 2, Event.IsWrite); !errors.Is(err, context.DeadlineExceeded) || len(found) != 1 {
		t.Errorf("%v %v", found, err)
	}
}
