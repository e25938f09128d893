def fixed_point(n):
    answer = [1 / n]
    answer.append(answer)
    return answer
