// Package leader shows that one of two operators works at a time, also where the first cannot know that it lost.
package leader

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	authentication "k8s.io/api/authentication/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/yaml"

	"godev.io/bench/internal/audit"
	"godev.io/bench/internal/checkout"
	"godev.io/bench/internal/controlplane"
	"godev.io/bench/internal/faultproxy"
	"godev.io/bench/internal/operator"
)

const (
	namespace = "leader"
	count     = 10
	// lease is how long a lease holds that is not renewed: Leadership.DURATION.
	lease = 30 * time.Second
	// deadline is how long its holder may write after the last renewal: Leadership.DEADLINE.
	deadline = 20 * time.Second
	// takeover is what the next one may take from there: two periods, a start, and the passes.
	takeover = 20 * time.Second
)

var environments = schema.GroupVersionResource{Group: "godev.io", Version: "v1alpha1", Resource: "godevenvironments"}

type site struct {
	cp     *controlplane.ControlPlane
	client dynamic.Interface
	log    *audit.Log
}

// replica is an operator with a token of its own, by which the audit log knows it.
type replica struct {
	*operator.Operator
	credential string
}

func TestAFrozenReplicaWritesNothingOnceItGoesOn(t *testing.T) {
	ctx := t.Context()
	s := start(t)
	first := s.replica(t, "first")
	await(t, ctx, readyLimit, "the first leads", first.Leading)
	second := s.replica(t, "second")
	await(t, ctx, readyLimit, "the second is ready", second.Ready)
	for i := range count {
		s.create(t, i)
	}
	await(t, ctx, takeover, "all are ready", func(ctx context.Context) error { return s.observed(ctx, 1) })

	// Everything changes while the first stands still: when it goes on, its watches show it old news first.
	if err := first.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	stopped := time.Now()
	s.change(t, 1)
	await(t, ctx, lease+takeover, "the second leads", second.Leading)
	await(t, ctx, takeover, "the second takes up every change", func(ctx context.Context) error { return s.observed(ctx, 2) })
	t.Logf("taken over and caught up %s after the first stood still", time.Since(stopped).Round(time.Second))
	mark, err := s.log.Mark()
	if err != nil {
		t.Fatal(err)
	}
	// More news for the first to act on at once.
	s.change(t, 2)
	if err := first.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	select {
	case <-first.Done():
	case <-time.After(takeover):
		t.Error("the first goes on as if it led")
	}
	await(t, ctx, takeover, "the second takes up every change", func(ctx context.Context) error { return s.observed(ctx, 3) })
	if code := first.ExitCode(); code != 1 {
		t.Errorf("the first ended with %d", code)
	}
	for _, e := range s.writes(t, mark) {
		if e.Credential() == first.credential {
			t.Errorf("written by the first at %s: %s %s %s", e.Received, e.Verb, e.Resource(), e.Object.Name)
		}
	}
}

func TestAReplicaThatCannotRenewStopsWritingBeforeAnotherMayLead(t *testing.T) {
	ctx := t.Context()
	s := start(t)
	proxy := s.proxy(t)
	first := s.replicaAt(t, "first", proxy.URL(), proxy.CA())
	await(t, ctx, readyLimit, "the first leads", first.Leading)
	second := s.replica(t, "second")
	await(t, ctx, readyLimit, "the second is ready", second.Ready)
	for i := range count {
		s.create(t, i)
	}
	await(t, ctx, takeover, "all are ready", func(ctx context.Context) error { return s.observed(ctx, 1) })
	mark, err := s.log.Mark()
	if err != nil {
		t.Fatal(err)
	}

	// No answer about the lease comes any more, everything else does, and there is always something to write.
	silent := time.Now()
	proxy.OnAny(func(r *http.Request) *faultproxy.Fault {
		if strings.Contains(r.URL.Path, "/leases/") {
			return &faultproxy.Fault{Delay: time.Hour}
		}
		return nil
	})
	round := 0
	await(t, ctx, lease+takeover, "the second leads", func(ctx context.Context) error {
		round++
		s.change(t, round)
		return second.Leading(ctx)
	})
	await(t, ctx, takeover, "the second takes up every change", func(ctx context.Context) error { return s.observed(ctx, int64(round+1)) })

	var last time.Time
	both, wrote := false, 0
	for _, e := range s.writes(t, mark) {
		both = both || e.Credential() == second.credential
		if e.Credential() == first.credential {
			last, wrote = e.Received, wrote+1
			if both {
				t.Errorf("the first wrote after the second: %s %s %s", e.Verb, e.Resource(), e.Object.Name)
			}
		}
	}
	t.Logf("%d writes of the first since it could not renew, the last after %s", wrote, last.Sub(silent).Round(time.Second))
	if wrote == 0 {
		t.Error("the first wrote nothing at all: the test shows nothing")
	}
	if last.After(silent.Add(deadline)) {
		t.Errorf("the first wrote %s after it could not renew", last.Sub(silent))
	}
}

func TestTheOtherTakesOverFromOneThatEnds(t *testing.T) {
	for _, c := range []struct {
		name   string
		signal syscall.Signal
		within time.Duration
	}{
		{"in good order", syscall.SIGTERM, takeover},
		{"all at once", syscall.SIGKILL, lease + takeover},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := t.Context()
			s := start(t)
			first := s.replica(t, "first")
			await(t, ctx, readyLimit, "the first leads", first.Leading)
			second := s.replica(t, "second")
			await(t, ctx, readyLimit, "the second is ready", second.Ready)
			if err := first.Signal(c.signal); err != nil {
				t.Fatal(err)
			}
			ended := time.Now()
			s.create(t, 0)
			await(t, ctx, c.within, "the second leads", second.Leading)
			await(t, ctx, takeover, "the second works", func(ctx context.Context) error { return s.observed(ctx, 1) })
			t.Logf("taken over and at work %s after the end", time.Since(ended).Round(100*time.Millisecond))
			leads := false
			for _, e := range s.writes(t, 0) {
				leads = leads || e.Credential() == second.credential
				if leads && e.Credential() == first.credential {
					t.Errorf("the first wrote after the second: %s %s %s", e.Verb, e.Resource(), e.Object.Name)
				}
			}
		})
	}
}

const readyLimit = time.Minute

func start(t *testing.T) *site {
	t.Helper()
	cp, err := controlplane.Start(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cp.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := cp.CreateNamespace(t.Context(), namespace); err != nil {
		t.Fatal(err)
	}
	config, err := cp.AdminConfig()
	if err != nil {
		t.Fatal(err)
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	log, err := audit.Open(cp.AuditLog())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	return &site{cp, client, log}
}

// proxy is one between a replica and the API server.
func (s *site) proxy(t *testing.T) *faultproxy.Proxy {
	t.Helper()
	ca, err := os.ReadFile(s.cp.CA())
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(ca)
	proxy, err := faultproxy.Start(s.cp.APIServerURL(), &tls.Config{RootCAs: trusted})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { proxy.Close() })
	return proxy
}

func (s *site) replica(t *testing.T, name string) replica {
	t.Helper()
	ca, err := os.ReadFile(s.cp.CA())
	if err != nil {
		t.Fatal(err)
	}
	return s.replicaAt(t, name, s.cp.APIServerURL(), ca)
}

// replicaAt is a replica that finds the API server at a URL, with a certificate of that authority.
func (s *site) replicaAt(t *testing.T, name, url string, authority []byte) replica {
	t.Helper()
	config, err := s.cp.AdminConfig()
	if err != nil {
		t.Fatal(err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	token, err := client.CoreV1().ServiceAccounts("godev-system").
		CreateToken(t.Context(), "godev-operator", &authentication.TokenRequest{}, meta.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	id, err := tokenID(token.Status.Token)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	kubeconfig, ca := filepath.Join(dir, "kubeconfig"), filepath.Join(dir, "ca.crt")
	if err := os.WriteFile(ca, authority, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := controlplane.WriteKubeconfig(kubeconfig, url, ca, token.Status.Token); err != nil {
		t.Fatal(err)
	}
	op, err := operator.Start(operator.Options{Kubeconfig: kubeconfig, Dir: dir, Name: name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			content, _ := os.ReadFile(filepath.Join(dir, name+".log"))
			t.Logf("log of the %s:\n%s", name, content)
		}
		op.Kill() //nolint:errcheck // it may have ended
	})
	return replica{op, "JTI=" + id}
}

// tokenID returns the claim by which the API server names a token.
func tokenID(token string) (string, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", errors.New("no JSON Web Token")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", err
	}
	var claims struct{ Jti string }
	err = json.Unmarshal(payload, &claims)
	return claims.Jti, err
}

func (s *site) create(t *testing.T, i int) {
	t.Helper()
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(root, "samples", "hello-files.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var env unstructured.Unstructured
	if err := yaml.Unmarshal(content, &env.Object); err != nil {
		t.Fatal(err)
	}
	env.SetName(fmt.Sprintf("hello-%d", i))
	if _, err := s.client.Resource(environments).Namespace(namespace).Create(t.Context(), &env, meta.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

// change edits a field that replaces the pod, in every environment.
func (s *site) change(t *testing.T, round int) {
	t.Helper()
	patch := fmt.Appendf(nil, `{"spec":{"run":{"args":["-round=%d"]}}}`, round)
	for i := range count {
		_, err := s.client.Resource(environments).Namespace(namespace).
			Patch(t.Context(), fmt.Sprintf("hello-%d", i), types.MergePatchType, patch, meta.PatchOptions{})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// observed fails unless every environment is ready with its spec of a generation.
func (s *site) observed(ctx context.Context, generation int64) error {
	list, err := s.client.Resource(environments).Namespace(namespace).List(ctx, meta.ListOptions{})
	if err != nil {
		return err
	}
	for _, env := range list.Items {
		seen, _, _ := unstructured.NestedInt64(env.Object, "status", "observedGeneration")
		if seen != generation || !isReady(env) {
			return fmt.Errorf("%s: generation %d seen, ready %t", env.GetName(), seen, isReady(env))
		}
	}
	return nil
}

func isReady(env unstructured.Unstructured) bool {
	conditions, _, _ := unstructured.NestedSlice(env.Object, "status", "conditions")
	for _, c := range conditions {
		if c := c.(map[string]any); c["type"] == "Ready" {
			return c["status"] == "True"
		}
	}
	return false
}

// writes are those of both operators since a place in the log, but those of the lease.
func (s *site) writes(t *testing.T, since audit.Mark) []audit.Event {
	t.Helper()
	if err := s.log.Read(); err != nil {
		t.Fatal(err)
	}
	return s.log.Since(since, func(e audit.Event) bool {
		return e.User.Username == audit.Operator && e.IsWrite() && !e.IsLease()
	})
}

func await(t *testing.T, ctx context.Context, limit time.Duration, what string, condition func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := condition(ctx)
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s: not within %s: %v", what, limit, err)
		case <-tick.C:
		}
	}
}
