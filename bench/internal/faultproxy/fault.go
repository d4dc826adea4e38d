package faultproxy

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Fault is what happens to one request. Its zero value is: nothing.
type Fault struct {
	// Before is called instead of sending the request; then the connection is cut.
	Before func()
	// Lost is called once the API server has answered; the answer is not passed on, and the connection is cut.
	Lost func()
	// After is called once the answer was passed on.
	After func()
	// Status is answered instead of sending the request.
	Status int
	// RetryAfter goes with the status.
	RetryAfter time.Duration
	// Delay holds the answer.
	Delay time.Duration
}

var reasons = map[int]string{
	http.StatusUnauthorized:        "Unauthorized",
	http.StatusForbidden:           "Forbidden",
	http.StatusConflict:            "Conflict",
	http.StatusGone:                "Expired",
	http.StatusTooManyRequests:     "TooManyRequests",
	http.StatusInternalServerError: "InternalError",
	http.StatusServiceUnavailable:  "ServiceUnavailable",
}

// status is a metav1.Status as the API server sends it.
func status(code int) []byte {
	body, err := json.Marshal(map[string]any{
		"kind": "Status", "apiVersion": "v1", "metadata": map[string]any{}, "status": "Failure",
		"message": fmt.Sprintf("a fault of the bench: %d %s", code, http.StatusText(code)),
		"reason":  reasons[code], "code": code,
	})
	if err != nil {
		panic(err)
	}
	return body
}

func (f *Fault) refuse(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
	}
	w.WriteHeader(f.Status)
	_, _ = w.Write(status(f.Status))
}
