// The inference part of the addon: marshals between JavaScript values and inference/session.h. Long calls run on the thread pool.
#include <napi.h>

#include <memory>
#if defined(__linux__)
#include <sys/prctl.h>

#include <csignal>
#endif

#include "errors.h"
#include "inference/backends.h"
#include "inference/session.h"

namespace {

using namespace repotune::inference;
using repotune::UserError;

const char* name_of(StopReason reason) {
    switch (reason) {
        case StopReason::end_of_text: return "end-of-text";
        case StopReason::stop_text: return "stop-text";
        case StopReason::max_tokens: return "max-tokens";
        case StopReason::deadline: return "deadline";
        case StopReason::cancelled: return "cancelled";
    }
    return "";
}

std::string text_at(const Napi::Object& object, const char* key) {
    return object.Get(key).IsString() ? object.Get(key).As<Napi::String>().Utf8Value() : "";
}
double number_at(const Napi::Object& object, const char* key, double otherwise) {
    return object.Get(key).IsNumber() ? object.Get(key).As<Napi::Number>().DoubleValue() : otherwise;
}
std::vector<std::string> texts_of(const Napi::Value& value) {
    std::vector<std::string> texts;
    const auto array = value.As<Napi::Array>();
    for (uint32_t i = 0; i < array.Length(); ++i) texts.push_back(array.Get(i).As<Napi::String>().Utf8Value());
    return texts;
}
Adapter adapter_of(const Napi::Value& value) {
    if (!value.IsObject()) return {};
    const auto object = value.As<Napi::Object>();
    return {text_at(object, "id"), text_at(object, "path"), static_cast<float>(number_at(object, "scale", 1))};
}

CompleteRequest request_of(const Napi::Object& object) {
    CompleteRequest request{};
    const auto prompt = object.Get("prompt").As<Napi::Array>();
    for (uint32_t i = 0; i < prompt.Length(); ++i) {
        const auto part = prompt.Get(i).As<Napi::Object>();
        request.prompt.push_back({text_at(part, "special"), text_at(part, "text")});
    }
    request.heal = text_at(object, "heal");
    request.max_tokens = static_cast<int>(number_at(object, "maxTokens", 0));
    request.stops = texts_of(object.Get("stop"));
    request.deadline_ms = number_at(object, "deadlineMs", -1);
    request.candidate = static_cast<int>(number_at(object, "candidate", 0));
    request.adapter = adapter_of(object.Get("adapter"));
    const Napi::Value speculate = object.Get("speculate");
    request.speculate = !speculate.IsBoolean() || speculate.As<Napi::Boolean>().Value();
    request.always_speculate = speculate.IsString();
    if (object.Get("beside").IsString()) request.beside = text_at(object, "beside");
    return request;
}

Napi::Object object_of(Napi::Env env, const CompleteResult& result) {
    auto log_probabilities = Napi::Array::New(env, result.log_probabilities.size());
    for (size_t i = 0; i < result.log_probabilities.size(); ++i) log_probabilities.Set(static_cast<uint32_t>(i), result.log_probabilities[i]);
    auto object = Napi::Object::New(env);
    object.Set("text", result.text);
    object.Set("stopReason", name_of(result.stop_reason));
    object.Set("generatedTokens", result.log_probabilities.size());
    object.Set("logProbabilities", log_probabilities);
    object.Set("promptTokens", result.prompt_tokens);
    object.Set("evaluatedTokens", result.evaluated_tokens);
    object.Set("promptMs", result.prompt_ms);
    object.Set("generateMs", result.generate_ms);
    return object;
}

Napi::Object info_of(Napi::Env env, const Model& model) {
    auto special = Napi::Object::New(env);
    for (const auto& [role, token] : model.vocabulary().special()) special.Set(role, token);
    const GgufSummary& summary = model.summary();
    auto info = Napi::Object::New(env);
    info.Set("path", model.path());
    info.Set("architecture", summary.architecture);
    info.Set("name", summary.name);
    info.Set("sizeBytes", static_cast<double>(summary.tensor_bytes));
    info.Set("parameters", static_cast<double>(model.parameters()));
    info.Set("contextLength", llama_model_n_ctx_train(model.get()));
    info.Set("vocabularySize", model.vocabulary().size());
    info.Set("weightType", summary.weight_type);
    info.Set("special", special);
    const bool known = summary.prompt_order == "suffix-first" || summary.prompt_order == "prefix-first";
    info.Set("promptOrder", known ? Napi::Value(Napi::String::New(env, summary.prompt_order)) : env.Null());
    info.Set("device", model.device_name());
    return info;
}

/** Work on the thread pool whose C++ exceptions become a rejected promise, with text progress. */
class Task : public Napi::AsyncProgressQueueWorker<char> {
public:
    Task(Napi::Env env, Napi::Function on_text) : AsyncProgressQueueWorker(env), deferred_(Napi::Promise::Deferred::New(env)), has_listener_(!on_text.IsEmpty()) {
        if (has_listener_) on_text_ = Napi::Persistent(on_text);
    }
    Napi::Promise promise() const { return deferred_.Promise(); }

protected:
    virtual void work(const std::function<void(const std::string&)>& on_text) = 0;
    virtual Napi::Value result(Napi::Env env) = 0;

    void Execute(const ExecutionProgress& progress) override {
        try {
            work([&](const std::string& text) {
                if (has_listener_) progress.Send(text.data(), text.size());
            });
        } catch (const std::exception& error) {
            SetError(error.what());
        }
    }
    void OnProgress(const char* data, size_t size) override {
        if (data && has_listener_) on_text_.Call({Napi::String::New(Env(), data, size)});
    }
    void OnOK() override { deferred_.Resolve(result(Env())); }
    void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

private:
    Napi::Promise::Deferred deferred_;
    Napi::FunctionReference on_text_;
    bool has_listener_;
};

using Shared = std::shared_ptr<Session>;

class TokenizeTask : public Task {
public:
    TokenizeTask(Napi::Env env, Shared session, std::vector<std::string> texts) : Task(env, {}), session_(std::move(session)), texts_(std::move(texts)) {}

protected:
    void work(const std::function<void(const std::string&)>&) override {
        for (const std::string& text : texts_) tokens_.push_back(session_->model().vocabulary().tokenize(text));
    }
    Napi::Value result(Napi::Env env) override {
        auto outer = Napi::Array::New(env, tokens_.size());
        for (size_t i = 0; i < tokens_.size(); ++i) {
            auto inner = Napi::Int32Array::New(env, tokens_[i].size());
            std::copy(tokens_[i].begin(), tokens_[i].end(), inner.Data());
            outer.Set(static_cast<uint32_t>(i), inner);
        }
        return outer;
    }

private:
    Shared session_;
    std::vector<std::string> texts_;
    std::vector<std::vector<llama_token>> tokens_;
};

class CompleteTask : public Task {
public:
    CompleteTask(Napi::Env env, Shared session, CompleteRequest request, std::shared_ptr<Interrupt> interrupt, Napi::Function on_text)
        : Task(env, on_text), session_(std::move(session)), request_(std::move(request)), interrupt_(std::move(interrupt)) {}

protected:
    void work(const std::function<void(const std::string&)>& on_text) override { result_ = session_->complete(request_, *interrupt_, on_text); }
    Napi::Value result(Napi::Env env) override { return object_of(env, result_); }

private:
    Shared session_;
    CompleteRequest request_;
    std::shared_ptr<Interrupt> interrupt_;
    CompleteResult result_;
};

class ScoreTask : public Task {
public:
    ScoreTask(Napi::Env env, Shared session, std::vector<ScoreSample> samples, Adapter adapter, std::shared_ptr<Interrupt> interrupt)
        : Task(env, {}), session_(std::move(session)), samples_(std::move(samples)), adapter_(std::move(adapter)), interrupt_(std::move(interrupt)) {}

protected:
    void work(const std::function<void(const std::string&)>&) override { scores_ = session_->score(samples_, adapter_, *interrupt_); }
    Napi::Value result(Napi::Env env) override {
        auto array = Napi::Array::New(env, scores_.size());
        for (size_t i = 0; i < scores_.size(); ++i) {
            auto score = Napi::Object::New(env);
            score.Set("nll", scores_[i].nll);
            score.Set("tokens", scores_[i].tokens);
            score.Set("top1", scores_[i].top1);
            array.Set(static_cast<uint32_t>(i), score);
        }
        return array;
    }

private:
    Shared session_;
    std::vector<ScoreSample> samples_;
    Adapter adapter_;
    std::shared_ptr<Interrupt> interrupt_;
    std::vector<Score> scores_;
};

struct LoadOptions {
    std::string libraries;
    std::vector<std::string> gpu_backends;
    std::string model_path;
    ContextOptions context;
};

class LoadTask : public Task {
public:
    LoadTask(Napi::Env env, LoadOptions options, Napi::FunctionReference* constructor) : Task(env, {}), options_(std::move(options)), constructor_(constructor) {}

protected:
    void work(const std::function<void(const std::string&)>&) override {
        load_cpu_backends(options_.libraries);
        for (const std::string& path : options_.gpu_backends) load_gpu_backend(path);
        try {
            session_ = std::make_shared<Session>(options_.model_path, options_.context);
        } catch (const UserError&) {
            // A device chosen by us that cannot hold the model is no failure.
            if (options_.context.device != "auto") throw;
            options_.context.device = "cpu";
            session_ = std::make_shared<Session>(options_.model_path, options_.context);
        }
    }
    Napi::Value result(Napi::Env env) override { return constructor_->New({Napi::External<Shared>::New(env, &session_)}); }

private:
    LoadOptions options_;
    Napi::FunctionReference* constructor_;
    Shared session_;
};

/** `{ result: Promise, cancel() }` */
Napi::Object call_of(Napi::Env env, Task* task, std::shared_ptr<Interrupt> interrupt) {
    auto call = Napi::Object::New(env);
    call.Set("result", task->promise());
    call.Set("cancel", Napi::Function::New(env, [interrupt](const Napi::CallbackInfo&) { interrupt->cancel(); }));
    task->Queue();
    return call;
}

class SessionObject : public Napi::ObjectWrap<SessionObject> {
public:
    static Napi::Function define(Napi::Env env) {
        return DefineClass(env, "Session",
                           {InstanceMethod<&SessionObject::info>("info"), InstanceMethod<&SessionObject::tokenize>("tokenize"), InstanceMethod<&SessionObject::complete>("complete"),
                            InstanceMethod<&SessionObject::score>("score"), InstanceMethod<&SessionObject::dispose>("dispose")});
    }
    explicit SessionObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
        if (info[0].IsExternal()) session_ = *info[0].As<Napi::External<Shared>>().Data();
    }

private:
    bool alive(Napi::Env env) const {
        if (!session_) Napi::Error::New(env, "The session was disposed.").ThrowAsJavaScriptException();
        return session_ != nullptr;
    }
    Napi::Value info(const Napi::CallbackInfo& info) { return alive(info.Env()) ? info_of(info.Env(), session_->model()) : info.Env().Undefined(); }
    Napi::Value tokenize(const Napi::CallbackInfo& info) {
        if (!alive(info.Env())) return info.Env().Undefined();
        auto* task = new TokenizeTask(info.Env(), session_, texts_of(info[0]));
        const Napi::Promise promise = task->promise();
        task->Queue();
        return promise;
    }
    Napi::Value complete(const Napi::CallbackInfo& info) {
        if (!alive(info.Env())) return info.Env().Undefined();
        auto interrupt = std::make_shared<Interrupt>();
        const auto on_text = info[1].IsFunction() ? info[1].As<Napi::Function>() : Napi::Function();
        return call_of(info.Env(), new CompleteTask(info.Env(), session_, request_of(info[0].As<Napi::Object>()), interrupt, on_text), interrupt);
    }
    Napi::Value score(const Napi::CallbackInfo& info) {
        if (!alive(info.Env())) return info.Env().Undefined();
        std::vector<ScoreSample> samples;
        const auto array = info[0].As<Napi::Array>();
        for (uint32_t i = 0; i < array.Length(); ++i) {
            const auto object = array.Get(i).As<Napi::Object>();
            const auto tokens = object.Get("tokens").As<Napi::Int32Array>();
            samples.push_back({std::vector<llama_token>(tokens.Data(), tokens.Data() + tokens.ElementLength()), static_cast<int>(number_at(object, "lossFrom", 0)), static_cast<int>(number_at(object, "lossTo", 0))});
        }
        auto interrupt = std::make_shared<Interrupt>();
        return call_of(info.Env(), new ScoreTask(info.Env(), session_, std::move(samples), adapter_of(info[1]), interrupt), interrupt);
    }
    Napi::Value dispose(const Napi::CallbackInfo& info) {
        session_.reset();
        return info.Env().Undefined();
    }

    Shared session_;
};

Napi::Value load(const Napi::CallbackInfo& info) {
    const auto object = info[0].As<Napi::Object>();
    LoadOptions options{text_at(object, "librariesPath"), texts_of(object.Get("gpuBackends")), text_at(object, "modelPath"),
                        {static_cast<uint32_t>(number_at(object, "contextTokens", 2048)), static_cast<int>(number_at(object, "threads", 0)), text_at(object, "device"), text_at(object, "mergeFolder")}};
    auto* task = new LoadTask(info.Env(), std::move(options), static_cast<Napi::FunctionReference*>(info.Data()));
    const Napi::Promise promise = task->promise();
    task->Queue();
    return promise;
}

/** A process stopped by SIGSTOP cannot see its channel close: the kernel ends it with its parent. */
void die_with_parent(const Napi::CallbackInfo&) {
#if defined(__linux__)
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

}  // namespace

void InitSession(Napi::Env env, Napi::Object exports) {
    capture_log();
    auto* constructor = new Napi::FunctionReference(Napi::Persistent(SessionObject::define(env)));
    env.AddCleanupHook([constructor] { delete constructor; });
    exports.Set("dieWithParent", Napi::Function::New(env, die_with_parent, "dieWithParent"));
    exports.Set("loadSession", Napi::Function::New(env, load, "loadSession", constructor));
}
