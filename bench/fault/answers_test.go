package fault

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"godev.io/bench/internal/faultproxy"
)

var refusals = []faultproxy.Fault{
	{Status: http.StatusConflict},
	{Status: http.StatusInternalServerError},
	{Status: http.StatusTooManyRequests, RetryAfter: time.Second},
	{Status: http.StatusServiceUnavailable},
	{Status: http.StatusUnauthorized},
	{Status: http.StatusForbidden},
}

// TestEveryWriteIsRefusedOnce runs the script once for each answer. Every other attempt at each write gets that answer, the
// first one too; the API server never hears of it.
func TestEveryWriteIsRefusedOnce(t *testing.T) {
	b := start(t)
	ref := b.undisturbed(t)
	cases := refusals
	if testing.Short() {
		cases = cases[:2]
	}
	t.Run("with", func(t *testing.T) {
		for _, refusal := range cases {
			t.Run(fmt.Sprint(refusal.Status), func(t *testing.T) {
				t.Parallel()
				w := b.world(b.namespace(t))
				refused := b.refuseEveryOther(w.namespace, &refusal)
				// what was refused is said, and unsaid once it was not
				b.disturbed(t, w, ref, len(ref.writes))
				for _, write := range ref.writes {
					if refused()[write.Key()] == 0 {
						t.Errorf("%s was never refused: nothing was shown of it", write.Key())
					}
				}
			})
		}
	})
	if n := b.kept.restarts(); n > 0 {
		t.Errorf("the operator was started again %d times", n)
	}
}

// refuseEveryOther returns how often each write was refused so far.
func (b *bench) refuseEveryOther(namespace string, refusal *faultproxy.Fault) (refused func() map[string]int) {
	attempts, counts := map[string]int{}, map[string]int{}
	b.onWrite(namespace, func(w faultproxy.Write) *faultproxy.Fault {
		if attempts[w.Key()]++; attempts[w.Key()]%2 == 0 {
			return nil
		}
		counts[w.Key()]++
		return refusal
	})
	return func() map[string]int { return counts }
}
