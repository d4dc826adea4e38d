package campaign

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"godev.io/bench/internal/checkout"
)

// mutation is a valid environment with one field made otherwise, as src/test/java/io/godev/matrix makes it.
type mutation struct {
	Field, What, Base string
	Environment       map[string]json.RawMessage
}

func (m mutation) String() string { return fmt.Sprintf("%s %s (on %s)", m.Field, m.What, m.Base) }

// patch makes the spec of an environment that of the mutation, to the letter.
func (m mutation) patch() []byte {
	if spec, ok := m.Environment["spec"]; ok {
		return fmt.Appendf(nil, `[{"op":"add","path":"/spec","value":%s}]`, spec)
	}
	return []byte(`[{"op":"remove","path":"/spec"}]`)
}

// matrix is the file that the operator's unit tests leave.
type matrix struct {
	Bases     map[string]map[string]json.RawMessage
	Mutations []mutation
}

func readMatrix(t *testing.T) matrix {
	t.Helper()
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(root, "target", "matrix.json"))
	if err != nil {
		t.Fatalf("make it first (mvn test -Dtest=MatrixFileTest): %v", err)
	}
	var m matrix
	if err := json.Unmarshal(content, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// TestAMutationIsRefusedOrToldTrulyAndRevertingItRestoresTheState is the matrix with a running operator: what happens to
// an environment that exists when one field of it is made otherwise, and then as it was.
func TestAMutationIsRefusedOrToldTrulyAndRevertingItRestoresTheState(t *testing.T) {
	all := readMatrix(t)
	here.begin(t, "matrix")
	var counts struct{ refused, same, accepted, final atomic.Int64 }
	var running sync.WaitGroup
	// As many lanes as there is work for.
	for base, lanes := range map[string]int{"files": size(6, 8), "module": 2, "claim": 1} {
		for i := range lanes {
			running.Go(func() {
				l := &lane{t: t, base: base, namespace: fmt.Sprintf("matrix-%s-%d", base, i), original: mutation{Base: base, Environment: all.Bases[base]}}
				if err := l.open(t.Context()); err != nil {
					t.Errorf("%s: %v", l.namespace, err)
					return
				}
				for n, m := range all.Mutations {
					if m.Base != base || n%lanes != i || !chosen(m) {
						continue
					}
					verdict, err := l.try(t.Context(), m)
					switch verdict {
					case refused:
						counts.refused.Add(1)
					case same:
						counts.same.Add(1)
					case accepted:
						counts.accepted.Add(1)
					case final:
						counts.final.Add(1)
					}
					if err != nil {
						t.Errorf("%s: %v", m, err)
						if err := l.renew(t.Context()); err != nil {
							t.Errorf("%s: %v", l.namespace, err)
							return
						}
					}
				}
			})
		}
	}
	running.Wait()
	t.Logf("%d refused, %d the same, %d accepted and reverted, %d accepted for good",
		counts.refused.Load(), counts.same.Load(), counts.accepted.Load(), counts.final.Load())
	if counts.refused.Load() == 0 || counts.accepted.Load() == 0 || counts.final.Load() == 0 && *long {
		t.Error("not everything that can happen did")
	}
}

// chosen picks some of all mutations for the short form, always the same.
func chosen(m mutation) bool {
	if *long {
		return true
	}
	h := fnv.New32a()
	fmt.Fprint(h, m.String())
	return h.Sum32()%40 == 0
}

type verdict string

const (
	refused  verdict = "refused"
	same     verdict = "the same"
	accepted verdict = "accepted"
	final    verdict = "accepted for good" // a volume does not shrink
)

// lane is a namespace with one environment to which one mutation after the other is done.
type lane struct {
	t         *testing.T
	base      string
	namespace string
	original  mutation
	env       *unstructured.Unstructured
	before    state
}

func (l *lane) open(ctx context.Context) error {
	if err := here.cp.CreateNamespace(ctx, l.namespace); err != nil {
		return err
	}
	claim := &core.PersistentVolumeClaim{
		TypeMeta:   meta.TypeMeta{APIVersion: "v1", Kind: "PersistentVolumeClaim"},
		ObjectMeta: meta.ObjectMeta{Name: "code"},
		Spec: core.PersistentVolumeClaimSpec{
			AccessModes: []core.PersistentVolumeAccessMode{core.ReadWriteOnce},
			Resources:   core.VolumeResourceRequirements{Requests: core.ResourceList{core.ResourceStorage: *quantity("1Gi")}},
		},
	}
	object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(claim)
	if err != nil {
		return err
	}
	if _, err := here.client.Resource(claims).Namespace(l.namespace).Create(ctx, &unstructured.Unstructured{Object: object}, meta.CreateOptions{}); err != nil {
		return err
	}
	return l.create(ctx)
}

func (l *lane) create(ctx context.Context) error {
	content, err := json.Marshal(l.original.Environment)
	if err != nil {
		return err
	}
	env := &unstructured.Unstructured{}
	if err := env.UnmarshalJSON(content); err != nil {
		return err
	}
	env.SetNamespace(l.namespace)
	if l.env, err = here.create(ctx, env); err != nil {
		return err
	}
	if err := until(ctx, 2*time.Minute, func() error { return here.ready(ctx, l.env) }); err != nil {
		return err
	}
	l.before, err = stateOf(ctx, l.env)
	return err
}

// renew begins anew, with new volumes too.
func (l *lane) renew(ctx context.Context) error {
	if err := here.delete(ctx, l.namespace, l.env.GetName()); err != nil {
		return err
	}
	if err := until(ctx, time.Minute, func() error { return nothingButClaims(ctx, l.namespace) }); err != nil {
		return err
	}
	volumes := here.client.Resource(claims).Namespace(l.namespace)
	if err := volumes.DeleteCollection(ctx, meta.DeleteOptions{}, meta.ListOptions{LabelSelector: ofEnvironment}); err != nil {
		return err
	}
	err := until(ctx, time.Minute, func() error {
		list, err := volumes.List(ctx, meta.ListOptions{LabelSelector: ofEnvironment})
		if err == nil && len(list.Items) > 0 {
			err = errors.New("there are still claims")
		}
		return err
	})
	if err != nil {
		return err
	}
	return l.create(ctx)
}

func (l *lane) patch(ctx context.Context, m mutation) (*unstructured.Unstructured, error) {
	return here.client.Resource(environments).Namespace(l.namespace).Patch(ctx, l.env.GetName(), types.JSONPatchType, m.patch(),
		meta.PatchOptions{FieldValidation: meta.FieldValidationStrict})
}

func (l *lane) try(ctx context.Context, m mutation) (verdict, error) {
	generation := l.env.GetGeneration()
	env, err := l.patch(ctx, m)
	if err != nil {
		if status := apierrors.APIStatus(nil); !errors.As(err, &status) || status.Status().Code < 400 || status.Status().Code >= 500 {
			return refused, err
		}
		now, err := here.client.Resource(environments).Namespace(l.namespace).Get(ctx, l.env.GetName(), meta.GetOptions{})
		if err == nil && now.GetGeneration() != generation {
			err = errors.New("it was refused, and is another generation")
		}
		return refused, err
	}
	if env.GetGeneration() == generation {
		return same, nil
	}
	told, err := l.told(ctx, env)
	if err != nil {
		return accepted, err
	}
	if condition(told, "Accepted")["status"] == "False" {
		now, err := stateOf(ctx, told)
		if err != nil {
			return accepted, err
		}
		if changed := now.objects.difference(l.before.objects); changed != "" {
			return accepted, fmt.Errorf("it was rejected, and yet %s", changed)
		}
	}
	if env, err = l.patch(ctx, l.original); apierrors.IsInvalid(err) && strings.Contains(err.Error(), "spec.storage: ") {
		return final, l.renew(ctx)
	} else if err != nil {
		return accepted, err
	}
	l.env = env
	return accepted, until(ctx, time.Minute, func() error {
		if err := here.ready(ctx, env); err != nil {
			return fmt.Errorf("reverted: %w", err)
		}
		now, err := stateOf(ctx, env)
		if err != nil {
			return err
		}
		if changed := now.difference(l.before); changed != "" {
			return fmt.Errorf("reverted, and yet %s", changed)
		}
		return nil
	})
}

// told waits until the status speaks of the generation and says how it ends, or that something is under way which lasts.
func (l *lane) told(ctx context.Context, env *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	const lasts = 3 * time.Second
	var version string
	since := time.Now()
	var now *unstructured.Unstructured
	err := until(ctx, time.Minute, func() (err error) {
		if now, err = here.observed(ctx, env); err != nil {
			return err
		}
		if now.GetResourceVersion() != version {
			version, since = now.GetResourceVersion(), time.Now()
		}
		if condition(now, "Reconciling")["status"] == "True" && time.Since(since) < lasts {
			return errors.New("it is under way")
		}
		return truth(ctx, now)
	})
	return now, err
}

// truth fails where a status is not what is.
func truth(ctx context.Context, env *unstructured.Unstructured) error {
	var holding []string
	for _, kind := range []string{"Ready", "Reconciling", "Stalled"} {
		c := condition(env, kind)
		if c["status"] == "True" {
			holding = append(holding, kind)
		}
		if observed, _ := c["observedGeneration"].(int64); observed != env.GetGeneration() {
			return fmt.Errorf("%s speaks of generation %d, not %d", kind, observed, env.GetGeneration())
		}
		if c["reason"] == "" || c["message"] == "" || strings.Contains(fmt.Sprint(c["message"]), "Exception") {
			return fmt.Errorf("%s says nothing to people: %v", kind, c)
		}
	}
	if len(holding) != 1 {
		return fmt.Errorf("of Ready, Reconciling and Stalled %v hold", holding)
	}
	if holding[0] != "Ready" {
		return nil
	}
	pod, err := here.client.Resource(pods).Namespace(env.GetNamespace()).Get(ctx, env.GetName(), meta.GetOptions{})
	suspended := condition(env, "Ready")["reason"] == "Suspended"
	switch {
	case apierrors.IsNotFound(err) && suspended:
		return nil
	case err != nil:
		return fmt.Errorf("it is called ready, and %w", err)
	case suspended:
		return errors.New("it is called suspended, and there is a pod")
	case pod.GetDeletionTimestamp() != nil || condition(pod, "Ready")["status"] != "True":
		return errors.New("it is called ready, and its pod is not")
	}
	return here.hasItsPod(ctx, env)
}
