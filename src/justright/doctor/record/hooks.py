"""Hooks and watched functions of torch: put on, and taken off without a trace."""

import functools
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.optim.optimizer import (
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)

from justright.doctor.record import calls, passes, quiet, stepping
from justright.doctor.record.losses import WATCHED
from justright.doctor.record.own_loss import watch_own
from justright.doctor.record.patches import Patches, unseen_by_compiler
from justright.doctor.record.state import State


class Stop(BaseException):
    """Raised inside the watched script when the watching is to end it."""


_set_compiler = torch._C._dynamo.eval_frame.set_eval_frame  # none is at work in our own code

_compiles = torch.compiler.is_dynamo_compiling

_ACTIVE: "weakref.WeakSet[Hooks]" = weakref.WeakSet()


def _forked() -> None:
    """A child process, as a DataLoader makes them, watches nothing."""
    for hooks in list(_ACTIVE):
        hooks.on = False


os.register_at_fork(after_in_child=_forked)


class Hooks:
    """Everything that is put on torch to watch one training.

    Args:
        state: Where it is gathered.
        max_steps: Optimizer steps after which `Stop` is raised; None for no end.
    """

    def __init__(self, state: State, max_steps: int | None) -> None:
        self.state, self.max_steps = state, max_steps
        self.on, self.stop_why = False, ""
        self._thread: int | None = None
        self._patches = Patches()
        self._steps: list[Any] = []
        self._busy = False

    def put_on(self) -> None:
        """Begin to watch."""
        if self.on:
            return
        self.on = True
        _ACTIVE.add(self)
        self._steps = [
            register_optimizer_step_pre_hook(self._step_asked),
            register_optimizer_step_post_hook(self.step_ends),
        ]
        self._replace()
        unseen_by_compiler(Hooks._run.__code__, Hooks._blind.__code__)

    def take_off(self) -> None:
        """Watch no longer; torch is as it was."""
        self.on = False
        _ACTIVE.discard(self)
        for handle in self._steps:
            handle.remove()
        self._steps = []
        self._patches.undo()

    def _run(self, part: str, work: Callable[..., None], *args: object) -> None:
        """Do our own work: whatever goes wrong in it, the user's training goes on."""
        if self._blind():
            return
        began = time.perf_counter()
        self._busy = True
        compiler = _set_compiler(None)
        try:
            with torch._C.DisableTorchFunction():  # what the user's own tensors do is not ours
                work(self.state, *args)
        except Exception as error:
            self._failed(part, error)
        finally:
            _set_compiler(compiler)
            self._busy = False
            self.state.spent(time.perf_counter() - began)
        if self.stop_why:
            raise Stop(self.stop_why)

    def _failed(self, part: str, error: Exception) -> None:
        self.state.because[part] = f"the recording failed: {type(error).__name__}: {error}"

    def _watched_call(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A module's call, watched from around it.

        A hook on all modules, as torch has them, would send every call of every layer the long
        way, and a hook on one would be pickled and copied with the model.
        """
        state = self.state

        @functools.wraps(function)
        def watched(module: Any, *args: Any, **kwargs: Any) -> Any:
            if _compiles():
                return function(module, *args, **kwargs)
            learns = torch.is_grad_enabled()
            if (state.quiet and learns and module.training) or state.in_backward or self._blind():
                return function(module, *args, **kwargs)
            if learns and not module.training:
                state.habits.broken = state.habits.broken or state.quiet
                state.quiet = False  # a loop that learns in eval mode, or forgot no_grad
            if not state.depth:
                self._run("batches", passes.forward_begins, module, args, kwargs)
            state.depth += 1
            try:
                output = function(module, *args, **kwargs)
            finally:
                state.depth -= 1
            if state.close:
                self._run("layers", passes.forward_ends, module, args, kwargs, output)
            return output

        vars(watched).update(state=state, known=state.names.models)
        return watched

    def _blind(self) -> bool:
        """Whether nothing is to be looked at: by another thread, or while torch only traces."""
        return (
            self._busy
            or not self.on
            or torch.compiler.is_compiling()
            or (self._thread is not None and threading.get_ident() != self._thread)
            or torch._C._get_tracing_state() is not None
            or torch._C._len_torch_dispatch_stack() > 0
            or torch._C._functorch.peek_interpreter_stack() is not None
        )

    def _step_asked(
        self, optimizer: torch.optim.Optimizer, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
        """A step is asked for; one with a closure begins when the closure has first been called.

        What comes before the update is then the same as in a loop that calls it by itself.
        """
        if self.state.quiet and len(args) == 1 and not kwargs:
            return None
        closure = kwargs.get("closure", args[1] if len(args) > 1 else None)
        if not callable(closure) or self._blind():
            self.step_begins(optimizer)
            return None
        called = self._before_step(optimizer, closure)
        if "closure" in kwargs:
            return args, {**kwargs, "closure": called}
        return (args[0], called, *args[2:]), kwargs

    def _before_step(
        self, optimizer: torch.optim.Optimizer, closure: Callable[[], Any]
    ) -> Callable[[], Any]:
        begun = False

        @functools.wraps(closure)
        def called() -> Any:
            nonlocal begun
            result = closure()
            if not begun:
                begun = True
                self.step_begins(optimizer)
            return result

        return called

    def step_begins(self, optimizer: torch.optim.Optimizer) -> None:
        """An optimizer is about to change its parameters."""
        if _compiles():
            return
        self._bind()
        if not self._quietly(optimizer):
            self._run("tracks", stepping.step_begins, optimizer)

    def step_ends(self, optimizer: torch.optim.Optimizer, *_: object) -> None:
        """It has changed them."""
        if _compiles():
            return
        if not self._quietly(optimizer):
            self._run("tracks", stepping.step_ends, optimizer)
        elif threading.get_ident() == self._thread:
            try:  # without the care that work with tensors needs
                quiet.step_ends(self.state, optimizer)
            except Exception as error:
                self._failed("tracks", error)
        if self.on and self.max_steps is not None and self.state.n_steps >= self.max_steps:
            self.stop_why = self.stop_why or "steps"
        if self.stop_why:
            raise Stop(self.stop_why)

    def _quietly(self, optimizer: torch.optim.Optimizer) -> bool:
        """Whether of this step only the loss is noted."""
        return self.state.quiet and id(optimizer) in self.state.tracks

    def _bind(self) -> None:
        """The thread that trains is the one that is watched."""
        if self._thread is None and self.on:
            self._thread = threading.get_ident()

    def _replace(self) -> None:
        """Put watched functions in the place of torch's own."""
        replace, functional = self._patches.replace, torch.nn.functional
        for name in WATCHED:
            replace(functional, name, self._watched_loss)
        replace(torch.autograd, "backward", self._watched_backward)
        replace(torch.autograd, "grad", self._watched_grad)
        replace(torch, "compile", self._watched_compile)
        optim, schedulers = torch.optim.Optimizer, torch.optim.lr_scheduler
        replace(nn.Module, "__call__", self._watched_call, door=_call)
        replace(optim, "__init__", self._after("tracks", stepping.optimizer_made))
        replace(optim, "zero_grad", self._after("conduct", stepping.zeroed))
        replace(nn.Module, "zero_grad", self._after("conduct", calls.model_zeroed))
        for scheduler in (schedulers.LRScheduler, schedulers.ReduceLROnPlateau):
            replace(scheduler, "step", self._after("conduct", calls.scheduled))
        for name in ("clip_grad_norm_", "clip_grad_value_"):
            replace(nn.utils.clip_grad, name, self._watched_clip)
        loading = sys.modules["torch.utils.data.dataloader"]
        replace(loading.DataLoader, "__iter__", self._after("loaders", stepping.loader_begins))
        replace(loading._BaseDataLoaderIter, "__next__", self._watched_next)
        replace(torch.autograd.graph.saved_tensors_hooks, "__enter__", self._packed)
        replace(torch.autocast, "__enter__", self._autocast)
        replace(torch.amp.GradScaler, "scale", self._watched_scale)

    def _after(self, part: str, work: Callable[..., None]) -> Callable[[Any], Any]:
        """A method after which our own work is done on its object."""
        at_every_step = work in calls.AT_EVERY_STEP

        def make(method: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(method)
            def watched(own: Any, *args: Any, **kwargs: Any) -> Any:
                result = method(own, *args, **kwargs)
                if not ((at_every_step and self.state.quiet) or _compiles()):
                    self._run(part, work, own)
                    if work is stepping.optimizer_made and not self._in_training():
                        self.state.close, self.state.quiet = True, False
                return result

            return watched

        return make

    def _in_training(self) -> bool:
        return self.state.depth > 0 or self.state.in_step > 0

    def _watched_loss(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            if self.state.quiet and torch.is_grad_enabled():
                return function(*args, **kwargs)
            result = function(*args, **kwargs)
            if not _compiles():
                self._run("losses", passes.loss_taken, function, args, kwargs, result)
            return result

        return watched

    def own_loss(self, loss: Callable[..., Any]) -> Callable[..., Any]:
        """Watch a loss of the user's own too; what is returned is seen however it was made."""
        return watch_own(loss, self.state, self._patches, self._run)

    def _watched_backward(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def watched(tensors: Any, *args: Any, **kwargs: Any) -> Any:
            if _compiles():
                return function(tensors, *args, **kwargs)
            if not (self.state.in_backward or (self.state.quiet and self._glance(tensors))):
                way = quiet if self.state.quiet else passes
                self._run("conduct", way.backward_begins, tensors)
            return self._backward(function, tensors, *args, **kwargs)

        return watched

    def _watched_grad(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def watched(outputs: Any, *args: Any, **kwargs: Any) -> Any:
            if _compiles():
                return function(outputs, *args, **kwargs)
            if not self.state.in_backward:
                self._run("conduct", calls.graded, outputs)
            return self._backward(function, outputs, *args, **kwargs)

        return watched

    def _glance(self, root: object) -> bool:
        """Note the loss of a quiet step without more ado, where that is possible."""
        if self._busy or threading.get_ident() != self._thread:
            return True
        try:
            return quiet.glance(self.state, root)
        except Exception:  # then in the usual way, which says what is wrong
            return False

    def _backward(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Go backward; what is called meanwhile is a pass done again, as checkpointing does."""
        self.state.in_backward += 1
        try:
            return function(*args, **kwargs)
        finally:
            self.state.in_backward -= 1

    def _watched_compile(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            self.state.compiled = True
            compiled = function(*args, **kwargs)
            unseen_by_compiler()
            return compiled

        return watched

    def _watched_clip(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            norm = function(*args, **kwargs)
            if not (_compiles() or self.state.quiet):
                limit = (
                    args[1] if len(args) > 1 else kwargs.get("max_norm", kwargs.get("clip_value"))
                )
                self._run("conduct", calls.clipped, limit, norm)
            return norm

        return watched

    def _watched_next(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def watched(own: Any) -> Any:
            if not self.on:
                return function(own)
            began = time.perf_counter()
            try:
                return function(own)
            finally:
                self.state.pace.waited_s += time.perf_counter() - began

        return watched

    def _watched_scale(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def watched(own: Any, outputs: Any) -> Any:
            result = function(own, outputs)
            self._run("tracks", calls.scaled, own)
            return result

        return watched

    def _packed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def watched(own: Any) -> Any:
            self.state.packed = True
            return function(own)

        return watched

    def _autocast(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def watched(own: Any) -> Any:
            self.state.autocast = True
            return function(own)

        return watched


def _call(module: Any, *args: Any, _watched: Any, **kwargs: Any) -> Any:
    """A module's call: at most steps, all but the models themselves are passed by."""
    if _watched.state.close or id(module) in _watched.known:
        return _watched(module, *args, **kwargs)
    return _watched.__wrapped__(module, *args, **kwargs)
